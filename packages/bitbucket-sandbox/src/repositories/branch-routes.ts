import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { notFound } from '../rest/api-error.ts';
import type { AuthorizeCall } from '../rest/authorize-call.ts';
import { getRepository } from '../rest/find-visible.ts';
import type { Links } from '../rest/links.ts';
import type { Paginate } from '../rest/paging.ts';
import { parseQuery, parseSort, type QueryFields } from '../rest/query-language.ts';
import type { World } from '../seed/world.ts';
import { branchJson } from './commit-json.ts';
import type { Branch, History } from './history.ts';

const paramsSchema = z.object({ workspace: z.string(), repository: z.string() });
/** A branch name holds slashes, encoded or not. */
const branchParamsSchema = paramsSchema.extend({ '*': z.string() });
const querySchema = z.object({ q: z.string().optional(), sort: z.string().optional() });

export interface BranchParts {
  readonly authorize: AuthorizeCall;
  readonly paginate: Paginate;
  readonly links: Links;
  readonly world: World;
}

export function addBranchRoutes(app: FastifyInstance, parts: BranchParts): void {
  const { authorize, paginate, links, world } = parts;

  app.get('/repositories/:workspace/:repository/refs/branches', async (request, reply) => {
    const caller = authorize(request, reply, 'repository');
    const params = paramsSchema.parse(request.params);
    const { repository } = getRepository(world, caller, params.workspace, params.repository);
    const { q, sort } = querySchema.parse(request.query);
    const history = world.historyOf(repository);
    const fields = branchFields(history);
    const list = q === undefined ? [...history.branches] : history.branches.filter(parseQuery(q, fields));
    list.sort(parseSort(sort ?? 'name', fields));
    return paginate(request, list, (branch) =>
      branchJson(links, world, repository, branch, history.byHash.get(branch.head)),
    );
  });

  app.get('/repositories/:workspace/:repository/refs/branches/*', async (request, reply) => {
    const caller = authorize(request, reply, 'repository');
    const params = branchParamsSchema.parse(request.params);
    const { repository } = getRepository(world, caller, params.workspace, params.repository);
    const history = world.historyOf(repository);
    const branch = history.branches.find((one) => one.name === params['*']);
    if (branch === undefined) throw notFound(`Branch "${params['*']}" not found`);
    return branchJson(links, world, repository, branch, history.byHash.get(branch.head));
  });
}

function branchFields(history: History): QueryFields<Branch> {
  return {
    name: (branch) => branch.name,
    'target.hash': (branch) => branch.head,
    'target.date': (branch) => history.byHash.get(branch.head)?.date ?? null,
  };
}
