import { role } from '@lockkeeper/contract';
import { setUpFirstAdmin, startTestHub, type TestClient, type TestHub } from '@lockkeeper/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessOf, routePolicy } from '../src/http/route-policy.ts';

let testHub: TestHub;
let admin: TestClient;
beforeAll(async () => {
  testHub = await startTestHub();
  admin = await setUpFirstAdmin(testHub);
  await admin.post('/api/v1/api-keys', { name: 'canary-name-of-a-key', roles: ['viewer'] });
});
afterAll(() => testHub.close());

/** What differs between two answers to somebody who may not see: nothing but the request's id. */
async function answerTo(client: TestClient, path: string) {
  const { status, json, headers } = await client.get(path);
  const { requestId: _, ...problem } = json;
  return { status, problem, length: headers.get('content-length') };
}

const lists = Object.entries(routePolicy).filter(
  ([route, rule]) => /^GET \/api\/v1\/[a-z-]+$/.test(route) && Array.isArray(accessOf(rule)),
);

it.each(lists)(
  'WB-08, IN-08: %s tells nobody without the role anything by filters, sorts, cursors or limits',
  async (route, rule) => {
    const path = route.slice('GET '.length);
    const access = accessOf(rule);
    for (const each of role.options.filter((one) => !access.includes(one))) {
      const client = await testHub.withRole(each);
      const plain = await answerTo(client, path);
      expect([plain.status, plain.problem.code]).toEqual([403, 'access.denied']);
      for (const query of [
        'q=canary-name',
        'q=absent',
        'sort=name',
        'sort=nonsense',
        'limit=1',
        'cursor=x',
      ]) {
        expect(await answerTo(client, `${path}?${query}`)).toEqual(plain);
      }
    }
  },
);

it('WB-08, IN-08: a record that is there and one that is not look alike to whoever may see neither', async () => {
  const viewer = await testHub.withRole('viewer');
  const [key] = (await admin.get('/api/v1/api-keys?q=canary-name')).json.items;
  const [user] = (await admin.get('/api/v1/users')).json.items;
  const [entry] = (await admin.get('/api/v1/audit-entries')).json.items;
  for (const [path, id] of [
    ['/api/v1/api-keys', key.id],
    ['/api/v1/users', user.id],
    ['/api/v1/audit-entries', entry.id],
  ]) {
    const there = await answerTo(viewer, `${path}/${id}`);
    expect(there.status).toBe(403);
    expect(await answerTo(viewer, `${path}/${id.slice(0, -4)}0000`)).toEqual(there);
    expect(await answerTo(viewer, `${path}/nonsense`)).toEqual(there);
  }
});

it('WB-08, IN-08: no list sorts or filters by what it does not show', async () => {
  for (const path of ['/api/v1/users', '/api/v1/api-keys', '/api/v1/sessions']) {
    for (const query of ['sort=password', 'sort=keyHash', 'sort=-token', 'password=a', 'key_hash=0']) {
      const { status, text } = await admin.get(`${path}?${query}`);
      // A list without parameters ignores them, and its answer is the same.
      if (path === '/api/v1/sessions') expect(text).toBe((await admin.get(path)).text);
      else expect(status).toBe(400);
    }
  }
});

it('WB-14, IN-10: a fresh instance has no account, no key and no session that anybody could know', async () => {
  const fresh = await startTestHub();
  try {
    const { db } = fresh.database;
    for (const table of ['users', 'api_keys', 'user_sessions', 'setup_links'] as const) {
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([]);
    }
    for (const path of ['/api/v1/users', '/api/v1/api-keys', '/api/v1/audit-entries', '/metrics']) {
      expect((await fresh.browser().get(path)).status).toBe(401);
    }
  } finally {
    await fresh.close();
  }
});
