import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { role } from '@lockkeeper/contract';
import { startTestHub, TestClient, type TestHub, type TestRole } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../src/db/database.ts';
import { accessOf, type RouteAccess, routePolicy } from '../src/http/route-policy.ts';

let testHub: TestHub;
let webRoot: string;
const clients = new Map<TestRole, TestClient>();

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'web-root-'));
  testHub = await startTestHub({ webRoot });
  for (const each of role.options) clients.set(each, await testHub.withRole(each));
});
afterAll(async () => {
  await testHub.close();
  await rm(webRoot, { recursive: true });
});

const guarded = Object.entries(routePolicy)
  .map(([route, rule]) => [route, accessOf(rule)] as const)
  .filter(([, access]) => access !== 'public' && access !== 'optional');

it('WB-07: the policy lists every registered route and nothing else', () => {
  expect([...testHub.hub.app.registeredRoutes].sort()).toEqual(Object.keys(routePolicy).sort());
});

it.for(guarded)(
  'WB-07, IN-06: %s answers 401 to nobody, 403 to every role but those listed',
  async ([route, access], { skip }) => {
    skip(!testHub.hub.app.registeredRoutes.has(route), 'no such route, as the first test tells');
    const nobody = await call(new TestClient(testHub.address), route);
    expect([nobody.status, nobody.code]).toEqual([401, 'access.unauthenticated']);
    const wrongKey = await call(new TestClient(testHub.address, { authorization: 'Bearer lk_wrong' }), route);
    expect([wrongKey.status, wrongKey.code]).toEqual([401, 'access.unauthenticated']);

    for (const [each, client] of clients) {
      const { status, code } = await call(client, route);
      if (allows(access, each)) expect([route, each, code]).not.toEqual([route, each, 'access.denied']);
      else expect([route, each, status, code]).toEqual([route, each, 403, 'access.denied']);
    }
  },
);

it('WB-03: no GET changes anything: every one works on a database that refuses writes', async () => {
  const own = await startTestHub({ webRoot });
  try {
    // Its last use is noted now, and not again within a minute.
    const admin = await own.withRole('admin');
    await admin.get('/api/v1/roles');
    await refuseWrites(own.database.db, own.database.poolConfig.database);
    const gets = Object.keys(routePolicy).filter((route) => route.startsWith('GET /api/'));
    for (const route of gets) {
      const { status } = await call(admin, route);
      expect([route, status >= 500]).toEqual([route, false]);
    }
    expect((await admin.post('/api/v1/api-keys', { name: 'x', roles: ['viewer'] })).status).toBe(500);
  } finally {
    await own.close();
  }
});

it('walkthrough D: a refusal leaves an audit entry that names who, and the route', async () => {
  const viewer = await testHub.withRole('viewer');
  const { json } = await viewer.get('/api/v1/users');
  const admin = await testHub.withRole('admin');
  const { items } = (await admin.get('/api/v1/audit-entries?action=access.denied&limit=1')).json;
  expect(items[0]).toMatchObject({
    actor: { kind: 'api_key' },
    outcome: 'failure',
    subject: { type: 'route', name: 'GET /api/v1/users' },
    requestId: json.requestId,
  });
});

it('WB-12: every body and query that the API describes refuses unknown fields', async () => {
  const { json } = await testHub.browser().get('/api/v1/openapi.json');
  expect(json.openapi).toBe('3.1.0');
  const loose: string[] = [];
  let bodies = 0;
  for (const [path, operations] of Object.entries<Record<string, Operation>>(json.paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      const schema = requestBody?.content['application/json']?.schema;
      if (schema === undefined) continue;
      bodies += 1;
      if (!isStrict(schema)) loose.push(`${method} ${path}`);
    }
  }
  expect(bodies).toBeGreaterThan(3);
  expect(loose).toEqual([]);
});

it('WB-12: an unknown query parameter of a list is refused by name', async () => {
  const { status, json } = await (await testHub.withRole('admin')).get('/api/v1/users?limt=5');
  expect([status, json.errors[0].field]).toEqual([400, 'limt']);
});

/** For every connection from now on. */
async function refuseWrites(db: Db, database: string): Promise<void> {
  await sql`alter database ${sql.id(database)} set default_transaction_read_only = on`.execute(db);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = ${database} and pid <> pg_backend_pid() and application_name = 'lockkeeper'`.execute(db);
  await sql`set default_transaction_read_only = on`.execute(db);
}

interface Schema {
  type?: string;
  additionalProperties?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema } | undefined> };
}

function isStrict(schema: Schema): boolean {
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (parts !== undefined) return parts.every(isStrict);
  return schema.type !== 'object' || schema.additionalProperties === false;
}

function allows(access: RouteAccess, each: TestRole): boolean {
  return access === 'signed-in' || (Array.isArray(access) && access.includes(each));
}

/** Without waiting for the end of streams. An empty body is valid nowhere, so nothing is changed. */
async function call(
  client: TestClient,
  route: string,
): Promise<{ status: number; code: string | undefined }> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/:\w+/g, 'unknown').replace('*', 'unknown');
  const abort = new AbortController();
  const withBody = ['POST', 'PUT', 'PATCH'].includes(method);
  const response = await client.fetch(path, {
    method,
    signal: abort.signal,
    ...(withBody ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
  });
  const isProblem = response.headers.get('content-type')?.includes('problem+json') === true;
  const code: string | undefined = isProblem ? JSON.parse(await response.text()).code : undefined;
  abort.abort();
  return { status: response.status, code };
}
