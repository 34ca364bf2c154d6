import type { User } from '../accounts/user.ts';
import type { History } from '../repositories/history.ts';
import type { Repository } from '../repositories/repository.ts';
import { membershipOf, type Workspace } from '../workspaces/workspace.ts';
import { generateHistory } from './generate-history.ts';
import { generateUsers } from './generate-users.ts';
import { generateWorkspaces, type WorldSize } from './generate-workspaces.ts';

/** Histories are the bulk of the data; more than this many are not kept. */
const KEPT_HISTORIES = 500;

/** Everything that exists in this Bitbucket: the same seed, size and time give the same world. */
export interface World {
  readonly users: readonly User[];
  readonly workspaces: readonly Workspace[];
  findUser(uuid: string): User | undefined;
  /** By slug or by `{uuid}`. */
  findWorkspace(id: string): Workspace | undefined;
  workspacesOf(userUuid: string): Workspace[];
  /** By slug or by `{uuid}`. */
  findRepository(workspace: Workspace, id: string): Repository | undefined;
  historyOf(repository: Repository): History;
}

export function generateWorld(size: WorldSize): World {
  const users = generateUsers(size.seed, size.now);
  const workspaces = generateWorkspaces(size, users);
  const indexes = new Map<Workspace, Map<string, Repository>>();
  const histories = new Map<Repository, History>();
  return {
    users,
    workspaces,
    findUser: (uuid) => users.find((user) => user.uuid === uuid),
    findWorkspace: (id) => workspaces.find((workspace) => workspace.slug === id || workspace.uuid === id),
    workspacesOf: (userUuid) => workspaces.filter((workspace) => membershipOf(workspace, userUuid)),
    findRepository: (workspace, id) => {
      let index = indexes.get(workspace);
      if (index === undefined) {
        index = new Map(
          workspace.repositories().flatMap((one) => [[one.slug, one] as const, [one.uuid, one]]),
        );
        indexes.set(workspace, index);
      }
      return index.get(id);
    },
    historyOf: (repository) => {
      let history = histories.get(repository);
      if (history === undefined) {
        history = generateHistory(size.seed, repository, users);
        const [oldest] = histories.keys();
        if (histories.size >= KEPT_HISTORIES && oldest !== undefined) histories.delete(oldest);
        histories.set(repository, history);
      }
      return history;
    },
  };
}
