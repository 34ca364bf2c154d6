import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { gone } from '../rest/api-error.ts';
import type { AuthorizeCall } from '../rest/authorize-call.ts';
import { getRepository, getWorkspace } from '../rest/find-visible.ts';
import type { Links } from '../rest/links.ts';
import type { Paginate } from '../rest/paging.ts';
import type { World } from '../seed/world.ts';
import type { Switches } from '../switches/switches.ts';
import { repositoryJson } from './repository-json.ts';
import type { ListRepositories } from './repository-list.ts';

const paramsSchema = z.object({ workspace: z.string() });
const repositoryParamsSchema = paramsSchema.extend({ repository: z.string() });
const querySchema = z.object({
  q: z.string().optional(),
  sort: z.string().optional(),
  role: z.string().optional(),
});

export interface RepositoryParts {
  readonly authorize: AuthorizeCall;
  readonly paginate: Paginate;
  readonly links: Links;
  readonly world: World;
  readonly list: ListRepositories;
  readonly switches: Switches;
}

export function addRepositoryRoutes(app: FastifyInstance, parts: RepositoryParts): void {
  const { authorize, paginate, links, world, list, switches } = parts;

  app.get('/repositories/:workspace', async (request, reply) => {
    const caller = authorize(request, reply, 'repository');
    const workspace = getWorkspace(world, caller, paramsSchema.parse(request.params).workspace);
    const { q, sort, role } = querySchema.parse(request.query);
    if (role !== undefined && switches.roleParameter === 'gone') throw gone();
    return paginate(request, list(workspace, q, sort), (repository) =>
      repositoryJson(links, workspace, repository),
    );
  });

  app.get('/repositories/:workspace/:repository', async (request, reply) => {
    const caller = authorize(request, reply, 'repository');
    const params = repositoryParamsSchema.parse(request.params);
    const { workspace, repository } = getRepository(world, caller, params.workspace, params.repository);
    return repositoryJson(links, workspace, repository);
  });
}
