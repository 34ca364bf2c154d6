import { Readable } from 'node:stream';
import { bitbucketCloud } from '@lockkeeper/bitbucket-cloud';
import {
  createSandbox,
  createVisitor,
  type Sandbox,
  type SandboxOptions,
} from '@lockkeeper/bitbucket-sandbox';
import { type ApiKey, role, type Tool, tool as toolSchema } from '@lockkeeper/contract';
import { TestClient, type TestDatabase, useTestDatabase } from '@lockkeeper/testing';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createAuditLog } from '../src/access/audit-log.ts';
import type { Db } from '../src/db/database.ts';
import { newId } from '../src/db/ids.ts';
import { Notifications } from '../src/db/notifications.ts';
import { createDiscovery, type DiscoveryOptions } from '../src/discovery/discovery.ts';
import { EventBus } from '../src/events/event-bus.ts';
import type { HubEvent } from '../src/events/hub-event.ts';
import { createHttpApp } from '../src/http/http-app.ts';
import { createLogger } from '../src/log.ts';
import { createOriginPolicy } from '../src/outbound/origin-policy.ts';
import type { CallThroughMidServer } from '../src/tools/tool-calls.ts';
import { createTools } from '../src/tools/tools.ts';
import { collect, directCalls } from './direct-calls.ts';

export const allScopes = ['account', 'project', 'webhook', 'pullrequest'];

/** A sandbox, and a token of a user's consent there. */
export async function useSandbox(options: SandboxOptions = {}, scopes: readonly string[] = allScopes) {
  const sandbox = await createSandbox(options);
  const origin = await sandbox.listen();
  onTestFinished(() => sandbox.close());
  return { sandbox, origin, token: await consent(sandbox, origin, scopes) };
}

export async function consent(sandbox: Sandbox, origin: string, scopes: readonly string[]): Promise<string> {
  const { key, secret } = sandbox.addConsumer(sandbox.workspaces[0]?.slug ?? '', {
    name: `Consumer ${sandbox.consumers().length}`,
    callbackUrl: 'https://instance.example/oauth_redirect.do',
    scopes,
  });
  const visitor = createVisitor(origin);
  await visitor.signIn(sandbox.users[0]?.nickname ?? '');
  const query = new URLSearchParams({ client_id: key, response_type: 'code' });
  const location = await visitor.decide(`/site/oauth2/authorize?${query}`, 'grant');
  const response = await fetch(`${origin}/site/oauth2/access_token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:${secret}`)}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(location).searchParams.get('code') ?? '',
    }),
  });
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}

/** A page of repositories as the sandbox answers it. */
export interface RepositoryPage {
  values: { uuid: string; slug: string; name: string; full_name: string }[];
  size?: number;
}

/** As if the world at the tool had changed: every page of repositories passes through here. */
export function editedCalls(
  call: CallThroughMidServer,
  edit: () => (page: RepositoryPage) => void,
): CallThroughMidServer {
  return async (target, request, signal) => {
    const response = await call(target, request, signal);
    if (!/^\/repositories\/[^/]+$/.test(request.path) || response.status !== 200) return response;
    const page: RepositoryPage = JSON.parse(Buffer.from(await collect(response.body)).toString());
    edit()(page);
    return { ...response, body: Readable.from([Buffer.from(JSON.stringify(page))]) };
  };
}

export interface InstanceOptions extends Pick<DiscoveryOptions, 'leaseMs' | 'pollMs'> {
  readonly call: CallThroughMidServer;
  readonly allowOrigins: readonly string[];
  /** Without, runs are only queued: another process works on them. */
  readonly worker?: boolean;
}

/** Tools and discovery behind real HTTP; the header `x-key` says who asks. */
export async function startInstance(database: TestDatabase, options: InstanceOptions) {
  const { db } = database;
  const log: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => void log.push(line) } });
  const notifications = new Notifications(database.poolConfig);
  const events = new EventBus(notifications, logger);
  const seen: HubEvent[] = [];
  await events.start();
  events.subscribe((event) => seen.push(event));
  const now = () => new Date();
  const auditLog = createAuditLog({ now });
  const originPolicy = createOriginPolicy(options.allowOrigins);
  const common = { db, auditLog, events, logger, now };
  const tools = createTools({ ...common, definitions: [bitbucketCloud], call: options.call, originPolicy });
  const discovery = createDiscovery({
    ...common,
    access: tools.access,
    pollMs: options.pollMs ?? 50,
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
  });
  const app = await createHttpApp({
    publicUrl: new URL('https://lockkeeper.test'),
    logger,
    version: '0.0.0',
    sessionCookie: 'session',
    onDenied: async () => {},
    authenticate: async ({ headers }) => {
      const key = z
        .object({ roles: z.array(role), toolIds: z.array(z.string()), mayWrite: z.boolean() })
        .parse(JSON.parse(String(headers['x-key'])));
      return { kind: 'api_key', id: 'key_test', name: 'test', ...key };
    },
  });
  tools.registerRoutes(app);
  discovery.registerRoutes(app);
  await app.ready();
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  if (options.worker !== false) discovery.start();

  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await app.close();
    await discovery.stop();
    events.stop();
    await notifications.close();
  };
  onTestFinished(stop);
  return {
    log,
    events: seen,
    stop,
    client: (key: Partial<Pick<ApiKey, 'roles' | 'toolIds' | 'mayWrite'>> = {}) =>
      new TestClient(address, {
        'x-key': JSON.stringify({ roles: ['admin'], toolIds: [], mayWrite: false, ...key }),
      }),
  };
}

/** An instance with one connected tool of the sandbox. */
export async function useTool({
  sandbox: options,
  scopes,
  ...instanceOptions
}: {
  sandbox?: SandboxOptions;
  scopes?: readonly string[];
} & Pick<InstanceOptions, 'leaseMs' | 'pollMs' | 'worker'> = {}) {
  const { sandbox, origin, token } = await useSandbox(options, scopes);
  const database = await useTestDatabase();
  const state: { token: string; edit: (page: RepositoryPage) => void } = { token, edit: () => {} };
  const call = editedCalls(
    directCalls(() => state.token),
    () => state.edit,
  );
  const start = (other: Partial<InstanceOptions> = {}) =>
    startInstance(database, { ...instanceOptions, call, allowOrigins: [origin], ...other });
  const instance = await start();
  const admin = instance.client();
  const credentialId = await insertCredential(database.db);
  const created = await admin.post('/api/v1/tools', {
    kind: 'bitbucket-cloud',
    name: 'Bitbucket Cloud',
    baseUrl: `${origin}/2.0`,
    credentialId,
  });
  const tool: Tool = toolSchema.parse(created.json);
  await admin.post(`/api/v1/tools/${tool.id}/connect`);
  sandbox.inspection.clear();
  return {
    sandbox,
    origin,
    database,
    instance,
    admin,
    tool,
    credentialId,
    state,
    start,
    path: `/api/v1/tools/${tool.id}`,
  };
}

/** A credential and what it needs; how they come about is tested elsewhere. */
export async function insertCredential(
  db: Db,
  name = 'Bitbucket',
  template = 'bitbucket-cloud',
): Promise<string> {
  const now = new Date();
  const made = {
    created_at: now,
    created_by: JSON.stringify({ kind: 'system', id: null, name: 'test' }),
    updated_at: now,
  };
  const [registry, profile, credential] = [
    newId('applicationRegistry'),
    newId('oauthEntityProfile'),
    newId('credential'),
  ];
  await db
    .insertInto('application_registries')
    .values({
      id: registry,
      name,
      template,
      application: '',
      accessible_from: 'all_application_scopes',
      client_id: 'key',
      public_client: true,
      default_grant_type: 'authorization_code',
      send_credentials: 'none',
      code_challenge_method: 'S256',
      client_secret_version: 0,
      refresh_token_lifespan_seconds: 1,
      extend_refresh_token_expiry: false,
      authorization_url: 'https://bitbucket.org/site/oauth2/authorize',
      token_url: 'https://bitbucket.org/site/oauth2/access_token',
      redirect_url_mode: 'plain',
      comments: '',
      active: true,
      ...made,
    })
    .execute();
  await db
    .insertInto('oauth_entity_profiles')
    .values({
      id: profile,
      name,
      application_registry_id: registry,
      grant_type: 'authorization_code',
      is_default: true,
      ...made,
    })
    .execute();
  await db
    .insertInto('credentials')
    .values({
      id: credential,
      type: 'oauth2',
      name,
      active: true,
      profile_id: profile,
      applies_to: 'all',
      sort_order: 100,
      allow_token_hand_out: false,
      ...made,
    })
    .execute();
  return credential;
}
