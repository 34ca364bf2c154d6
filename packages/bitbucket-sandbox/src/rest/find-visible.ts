import type { Repository } from '../repositories/repository.ts';
import type { World } from '../seed/world.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import { notFound } from './api-error.ts';
import { type Caller, canSee } from './caller.ts';

/** @throws ApiError 404, also for what the caller may not see */
export function getWorkspace(world: World, caller: Caller, id: string): Workspace {
  const workspace = world.findWorkspace(id);
  if (workspace === undefined || !canSee(caller, workspace))
    throw notFound(`No workspace with identifier '${id}'.`);
  return workspace;
}

/** @throws ApiError 404 */
export function getRepository(
  world: World,
  caller: Caller,
  workspaceId: string,
  repositoryId: string,
): { workspace: Workspace; repository: Repository } {
  const workspace = world.findWorkspace(workspaceId);
  const repository = workspace && canSee(caller, workspace) && world.findRepository(workspace, repositoryId);
  if (workspace === undefined || !repository)
    throw notFound(
      'You may not have access to this repository or it no longer exists in this workspace. ' +
        'If you think this repository exists and you have access, make sure you are authenticated.',
    );
  return { workspace, repository };
}
