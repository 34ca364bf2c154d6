import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addAccountRoutes } from './accounts/account-routes.ts';
import type { Sessions } from './accounts/session.ts';
import { addSignInRoutes } from './accounts/sign-in-routes.ts';
import { addConsumerEditRoutes } from './consumers/consumer-edit-routes.ts';
import { addConsumerRoutes } from './consumers/consumer-routes.ts';
import type { ConsumerStore } from './consumers/consumer-store.ts';
import { addControlRoutes } from './control/control-routes.ts';
import type { Recorder } from './control/inspection.ts';
import { addFaultHooks } from './faults/fault-hooks.ts';
import type { Faults } from './faults/faults.ts';
import { addAppAuthorizationRoutes } from './oauth/app-authorization-routes.ts';
import { addAuthorizeRoutes } from './oauth/authorize-routes.ts';
import { createTokenEndpoint } from './oauth/token-endpoint.ts';
import { addTokenRoutes } from './oauth/token-routes.ts';
import type { TokenStore } from './oauth/token-store.ts';
import { messagePage } from './pages/message-page.ts';
import { sendPage } from './pages/send-page.ts';
import { addBranchRoutes } from './repositories/branch-routes.ts';
import { addCommitRoutes } from './repositories/commit-routes.ts';
import { createRepositoryList } from './repositories/repository-list.ts';
import { addRepositoryRoutes } from './repositories/repository-routes.ts';
import { addRepositoryScreenRoutes } from './repositories/repository-screen-routes.ts';
import { addApiHooks } from './rest/api-hooks.ts';
import { createAuthorizeCall } from './rest/authorize-call.ts';
import { addHookEventRoutes } from './rest/hook-event-routes.ts';
import type { Links } from './rest/links.ts';
import { createPaginate } from './rest/paging.ts';
import { createRateLimit } from './rest/rate-limit.ts';
import type { ApiAnswer } from './sandbox-options.ts';
import type { World } from './seed/world.ts';
import type { Switches } from './switches/switches.ts';
import { findAdministeredWorkspace } from './workspaces/administered-workspace.ts';
import { addWorkspaceRoutes } from './workspaces/workspace-routes.ts';
import { addWorkspaceScreenRoutes } from './workspaces/workspace-screen-routes.ts';

export interface AppParts {
  readonly world: World;
  readonly consumers: ConsumerStore;
  readonly tokens: TokenStore;
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly recorder: Recorder;
  readonly links: Links;
  readonly switches: Switches;
  readonly now: () => Date;
  readonly onApiAnswer: ((answer: ApiAnswer) => void) | undefined;
}

/** Wires the screens, the OAuth endpoints and the REST API together. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const app = Fastify({
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 },
  });
  await app.register(cookie);
  await app.register(formbody);
  // Whatever else is posted counts as an empty body.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined));
  app.setErrorHandler((error, _request, reply) => {
    const isMistakeOfCaller = error instanceof z.ZodError || statusOf(error) < 500;
    const status = isMistakeOfCaller ? 400 : 500;
    return sendPage(reply.code(status), messagePage('That did not work', String(error)));
  });
  app.setNotFoundHandler((_request, reply) =>
    sendPage(reply.code(404), messagePage('Not found', 'There is no such page in the sandbox.')),
  );
  const record = ({ method, url }: FastifyRequest, status: number) =>
    parts.recorder.recordRequest({ at: parts.now(), method, url, status });
  const isFaulty = addFaultHooks(app, parts.faults, (request) => record(request, 0));
  app.addHook('onResponse', async (request, reply) => record(request, reply.statusCode));
  addScreens(app, parts);
  await app.register(async (api) => addApi(api, parts, isFaulty), { prefix: '/2.0' });
  return app;
}

function addScreens(app: FastifyInstance, parts: AppParts): void {
  const { world, consumers, tokens, sessions, recorder } = parts;
  const administered = findAdministeredWorkspace(world, sessions);
  addSignInRoutes(app, world, sessions);
  addWorkspaceScreenRoutes(app, world, sessions, administered);
  addRepositoryScreenRoutes(app, world, sessions);
  addConsumerRoutes(app, consumers, administered);
  addConsumerEditRoutes(app, consumers, administered, tokens.revokeGrantsOf);
  addAuthorizeRoutes(app, parts);
  addAppAuthorizationRoutes(app, sessions, consumers, tokens);
  addTokenRoutes(app, createTokenEndpoint({ ...parts, record: recorder.recordTokenRequest }));
  addControlRoutes(app, { ...parts, inspection: recorder });
}

/** Pull requests and webhooks will be further route files here. */
function addApi(api: FastifyInstance, parts: AppParts, isFaulty: (request: FastifyRequest) => boolean): void {
  const { links, switches, now, onApiAnswer } = parts;
  const authorize = createAuthorizeCall({ ...parts, rateLimit: createRateLimit(now, switches) });
  const paginate = createPaginate(links, switches);
  const rest = { ...parts, authorize, paginate };
  addApiHooks(api);
  addAccountRoutes(api, rest);
  addWorkspaceRoutes(api, rest);
  addRepositoryRoutes(api, { ...rest, list: createRepositoryList() });
  addBranchRoutes(api, rest);
  addCommitRoutes(api, rest);
  addHookEventRoutes(api, links, paginate);
  if (onApiAnswer === undefined) return;
  api.addHook('onSend', async (request, reply, payload) => {
    if (isFaulty(request)) return payload;
    onApiAnswer({
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      contentType: String(reply.getHeader('content-type') ?? ''),
      body: typeof payload === 'string' ? payload : '',
    });
    return payload;
  });
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500;
}
