import { createHash } from 'node:crypto';
import type { User } from '../accounts/user.ts';
import type { Branch, Commit, CommitAuthor, History } from '../repositories/history.ts';
import type { Repository } from '../repositories/repository.ts';
import { createRandom, type Random } from './random.ts';
import { things, verbs } from './words.ts';

const HOUR = 3_600_000;

/** One straight main branch, and branches that leave it at some commit and add a few of their own. */
export function generateHistory(seed: string, repository: Repository, users: readonly User[]): History {
  const random = createRandom(`${seed}/${repository.uuid}/history`);
  const author = (): CommitAuthor => generateAuthor(random, users);
  const main = generateMain(repository, random, author);
  const commits = [...main];
  const branches: Branch[] = [];
  const tip = main.at(-1);
  if (repository.mainBranch !== null && tip !== undefined) {
    branches.push({ name: repository.mainBranch, head: tip.hash });
    for (let number = 1; number < repository.branchCount; number += 1) {
      const name = branchName(repository, random, number);
      const base = main[Math.max(0, main.length - 1 - random.below(20))] ?? tip;
      const own = generateBranch(repository, random, author, name, base);
      commits.push(...own);
      branches.push({ name, head: own.at(-1)?.hash ?? base.hash });
    }
  }
  commits.sort((a, b) => b.date.getTime() - a.date.getTime() || (a.hash < b.hash ? -1 : 1));
  return { commits, branches, byHash: new Map(commits.map((commit) => [commit.hash, commit])) };
}

function generateMain(repository: Repository, random: Random, author: () => CommitAuthor): Commit[] {
  const stepMs = (2 + random.below(30)) * HOUR;
  const list: Commit[] = [];
  for (let index = 0; index < repository.commitCount; index += 1) {
    const age = (repository.commitCount - 1 - index) * stepMs;
    list.push({
      hash: hashOf(repository, 'main', index),
      parents: index === 0 ? [] : [hashOf(repository, 'main', index - 1)],
      date: wholeSeconds(repository.updatedOn.getTime() - age),
      message: index === 0 ? 'Initial commit\n' : message(random),
      author: author(),
    });
  }
  return list;
}

function generateBranch(
  repository: Repository,
  random: Random,
  author: () => CommitAuthor,
  name: string,
  base: Commit,
): Commit[] {
  const count = random.below(4);
  const list: Commit[] = [];
  for (let index = 0; index < count; index += 1) {
    const date = Math.min(base.date.getTime() + (index + 1) * HOUR, repository.updatedOn.getTime());
    list.push({
      hash: hashOf(repository, name, index),
      parents: [list.at(-1)?.hash ?? base.hash],
      date: wholeSeconds(date),
      message: message(random),
      author: author(),
    });
  }
  return list;
}

function hashOf(repository: Repository, line: string, index: number): string {
  return createHash('sha1').update(`${repository.uuid}/${line}/${index}`).digest('hex');
}

/** Git knows no fractions of a second. */
function wholeSeconds(timeMs: number): Date {
  return new Date(Math.floor(timeMs / 1000) * 1000);
}

function message(random: Random): string {
  return `${random.pick(verbs)} ${random.pick(things)}\n`;
}

function branchName(repository: Repository, random: Random, number: number): string {
  const topic = random.pick(things).replaceAll(/[^a-z0-9]+/g, '-');
  return `${random.pick(['feature', 'bugfix', 'hotfix'])}/${repository.project.key}-${number}-${topic}`;
}

function generateAuthor(random: Random, users: readonly User[]): CommitAuthor {
  const user = users[random.below(users.length + 1)];
  if (user === undefined) return { name: 'Build Robot', email: 'robot@build.invalid', userUuid: undefined };
  return { name: user.displayName, email: user.email, userUuid: user.uuid };
}
