import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { messagePage } from '../pages/message-page.ts';
import { sendPage } from '../pages/send-page.ts';
import { ApiError, badRequest, notFound } from '../rest/api-error.ts';
import type { AuthorizeCall } from '../rest/authorize-call.ts';
import { getRepository } from '../rest/find-visible.ts';
import type { Links } from '../rest/links.ts';
import { linkTo, type Page, readPage } from '../rest/paging.ts';
import type { World } from '../seed/world.ts';
import type { Switches } from '../switches/switches.ts';
import { commitJson } from './commit-json.ts';
import { type Commit, findRevision, type History, reachableFrom } from './history.ts';
import type { Repository } from './repository.ts';

const paramsSchema = z.object({ workspace: z.string(), repository: z.string() });
const revisionParamsSchema = paramsSchema.extend({ '*': z.string() });
const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]);
const rangeSchema = z.object({ include: list, exclude: list });

export interface CommitParts {
  readonly authorize: AuthorizeCall;
  readonly links: Links;
  readonly world: World;
  readonly switches: Switches;
}

/** Pages of commits go on from a hash: they have neither `page` nor `size`. */
export function addCommitRoutes(app: FastifyInstance, parts: CommitParts): void {
  const { authorize, links, world, switches } = parts;

  const page = (request: FastifyRequest, repository: Repository, commits: readonly Commit[]): Page => {
    const { pagelen, page: cursor } = readPage(request, switches, { defaultPagelen: 30 });
    const start = cursor === undefined ? 0 : commits.findIndex((commit) => commit.hash === cursor);
    if (start === -1) throw badRequest('Invalid page');
    const next = commits[start + pagelen];
    return {
      pagelen,
      values: commits
        .slice(start, start + pagelen)
        .map((commit) => commitJson(links, world, repository, commit)),
      ...(next === undefined ? {} : { next: linkTo(links, request, { page: next.hash }) }),
    };
  };

  const commits = async (request: FastifyRequest, reply: FastifyReply): Promise<Page> => {
    const caller = authorize(request, reply, 'repository');
    const params = paramsSchema.parse(request.params);
    const { repository } = getRepository(world, caller, params.workspace, params.repository);
    const query = rangeSchema.parse(request.query);
    const body = rangeSchema.catch({ include: [], exclude: [] }).parse(request.body ?? {});
    const include = [...query.include, ...body.include];
    const exclude = [...query.exclude, ...body.exclude];
    return page(request, repository, range(world.historyOf(repository), include, exclude));
  };
  app.get('/repositories/:workspace/:repository/commits', commits);
  app.post('/repositories/:workspace/:repository/commits', commits);

  app.get('/repositories/:workspace/:repository/commits/*', async (request, reply) => {
    const caller = authorize(request, reply, 'repository');
    const params = revisionParamsSchema.parse(request.params);
    try {
      const { repository } = getRepository(world, caller, params.workspace, params.repository);
      const { exclude } = rangeSchema.parse(request.query);
      return page(request, repository, range(world.historyOf(repository), [params['*']], exclude));
    } catch (error) {
      // Bitbucket answers this one 404 with a page for people.
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
      return sendPage(reply.code(404), messagePage('Repository not found', error.message));
    }
  });

  app.get('/repositories/:workspace/:repository/commit/:commit', async (request, reply) => {
    const caller = authorize(request, reply, 'repository');
    const params = paramsSchema.extend({ commit: z.string() }).parse(request.params);
    const { repository } = getRepository(world, caller, params.workspace, params.repository);
    return commitJson(links, world, repository, getRevision(world.historyOf(repository), params.commit));
  });
}

/** What can be reached from the included (all branches if none) and not from the excluded, newest first. */
function range(history: History, include: readonly string[], exclude: readonly string[]): readonly Commit[] {
  if (include.length === 0 && exclude.length === 0) return history.commits;
  const starts = include.length === 0 ? history.branches.map((branch) => branch.head) : include;
  const wanted = reachableFrom(
    history,
    starts.map((revision) => getRevision(history, revision)),
  );
  const unwanted = reachableFrom(
    history,
    exclude.map((revision) => getRevision(history, revision)),
  );
  return history.commits.filter((commit) => wanted.has(commit.hash) && !unwanted.has(commit.hash));
}

function getRevision(history: History, revision: string): Commit {
  const commit = findRevision(history, revision);
  if (commit === undefined) throw notFound(`Commit not found: ${revision}`);
  return commit;
}
