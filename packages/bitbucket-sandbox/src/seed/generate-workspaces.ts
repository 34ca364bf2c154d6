import type { User } from '../accounts/user.ts';
import type { Repository } from '../repositories/repository.ts';
import type { Project } from '../workspaces/project.ts';
import type { Membership, Workspace } from '../workspaces/workspace.ts';
import { generateRepositories } from './generate-repositories.ts';
import { createRandom } from './random.ts';
import { workspaceNames } from './words.ts';

const DAY = 86_400_000;

const projectNames = [
  ['PLAT', 'Platform'],
  ['WEB', 'Web & Mobile'],
  ['DATA', 'Données'],
  ['OPS', 'Operations'],
] as const;

export interface WorldSize {
  readonly seed: string;
  readonly now: Date;
  readonly workspaces: number;
  /** Over all workspaces. */
  readonly repositories: number;
}

/** The first workspaces are larger, so that no test passes because all are of one size. */
export function generateWorkspaces(size: WorldSize, users: readonly User[]): Workspace[] {
  const weights = Array.from({ length: size.workspaces }, (_, index) => size.workspaces - index);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map((weight) => Math.floor((size.repositories * weight) / total));
  const rest = size.repositories - counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, index) =>
    generateWorkspace(size, users, index, index === 0 ? count + rest : count),
  );
}

function generateWorkspace(
  size: WorldSize,
  users: readonly User[],
  index: number,
  repositoryCount: number,
): Workspace {
  const name = workspaceNames[index] ?? `Workspace ${index + 1}`;
  const slug = name.toLowerCase().replaceAll(' ', '-');
  const random = createRandom(`${size.seed}/workspace/${slug}`);
  const createdOn = new Date(size.now.getTime() - (2500 - index) * DAY);
  const projects = generateProjects(size, slug, createdOn, repositoryCount);
  let repositories: readonly Repository[] | undefined;
  return {
    uuid: random.uuid(),
    slug,
    name,
    createdOn,
    members: generateMembers(users, index, createdOn),
    projects: [...projects, emptyProject(size, slug, createdOn)],
    repositoryCount,
    repositories: () => {
      repositories ??= generateRepositories({
        seed: size.seed,
        now: size.now,
        workspaceSlug: slug,
        count: repositoryCount,
        projects,
      });
      return repositories;
    },
  };
}

function generateMembers(users: readonly User[], index: number, addedOn: Date): Membership[] {
  const members: Membership[] = [];
  for (const user of users) {
    if (user.nickname === 'mara') members.push({ userUuid: user.uuid, permission: 'owner', addedOn });
    if (user.nickname === 'jonas' && index === 0)
      members.push({ userUuid: user.uuid, permission: 'member', addedOn });
    if (user.nickname === 'aiko' && index === 1)
      members.push({ userUuid: user.uuid, permission: 'create-project', addedOn });
  }
  return members;
}

function generateProjects(
  size: WorldSize,
  slug: string,
  createdOn: Date,
  repositories: number,
): [Project, ...Project[]] {
  const [[firstKey, firstName], ...others] = projectNames;
  const first = project(size, slug, createdOn, firstKey, firstName);
  const named = others.map(([key, name]) => project(size, slug, createdOn, key, name));
  const extra = Math.max(0, Math.floor(repositories / 100) - projectNames.length);
  const programmes = Array.from({ length: extra }, (_, index) =>
    project(size, slug, createdOn, `PRG${index + 1}`, `Programme ${index + 1}`),
  );
  return [first, ...named, ...programmes];
}

function emptyProject(size: WorldSize, slug: string, createdOn: Date): Project {
  return project(size, slug, createdOn, 'LAB', 'Laboratory (nothing here yet)');
}

function project(size: WorldSize, slug: string, createdOn: Date, key: string, name: string): Project {
  const random = createRandom(`${size.seed}/${slug}/project/${key}`);
  return {
    uuid: random.uuid(),
    key,
    name,
    description: `${name}: what belongs together`,
    isPrivate: true,
    createdOn,
    updatedOn: new Date(createdOn.getTime() + random.below(2000) * DAY),
  };
}
