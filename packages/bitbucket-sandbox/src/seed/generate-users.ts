import type { User } from '../accounts/user.ts';
import { createRandom } from './random.ts';

const people = [
  ['Mara Lindqvist', 'mara'],
  ['Jonas Weber', 'jonas'],
  ['Aiko Tanaka', 'aiko'],
  ["Sam O'Neill", 'sam'],
] as const;

/** Mara owns every workspace, Jonas is a member of the first, Aiko of the second, Sam of none. */
export function generateUsers(seed: string, now: Date): User[] {
  return people.map(([displayName, nickname], index) => {
    const random = createRandom(`${seed}/user/${nickname}`);
    return {
      uuid: random.uuid(),
      accountId: `557058:${random.uuid().slice(1, -1)}`,
      displayName,
      nickname,
      email: `${nickname}@example.com`,
      createdOn: new Date(now.getTime() - (2000 - index * 200) * 86_400_000),
    };
  });
}
