import { fileURLToPath } from 'node:url';
import {
  type DiscoveryRun,
  discoveryRun,
  type Page,
  type Repository,
  type Workspace,
} from '@lockkeeper/contract';
import { eventually, startNode, type TestClient } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { insertCredential, type RepositoryPage, useTool } from './tool-rig.ts';

async function ended(
  admin: TestClient,
  id: string,
  states = ['succeeded', 'failed', 'cancelled'],
): Promise<DiscoveryRun> {
  return eventually(async () => {
    const run = discoveryRun.parse((await admin.get(`/api/v1/discovery-runs/${id}`)).json);
    expect(states).toContain(run.state);
    return run;
  });
}

async function begin(admin: TestClient, path: string): Promise<string> {
  const { status, json } = await admin.post(`${path}/discover`);
  expect(status).toBe(202);
  return json.id;
}

async function discover(admin: TestClient, path: string): Promise<DiscoveryRun> {
  return ended(admin, await begin(admin, path));
}

async function all<T>(admin: TestClient, address: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<T> = (await admin.get(`${address}&limit=200${cursor && `&cursor=${cursor}`}`)).json;
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

const listRepositories = (admin: TestClient, query = '') =>
  all<Repository>(admin, `/api/v1/repositories?sort=fullName${query}`);

describe('a discovery', () => {
  it('lists every repository of every workspace that the granting user reaches', async () => {
    const { sandbox, admin, path, tool } = await useTool();
    const run = await discover(admin, path);
    const expected = sandbox.workspaces.flatMap((w) => w.repositories().map((r) => r.fullName)).sort();
    expect(run).toMatchObject({
      state: 'succeeded',
      found: expected.length,
      added: expected.length,
      gone: 0,
    });
    expect((await listRepositories(admin)).map((r) => r.fullName).sort()).toEqual(expected);
    const workspaces = await all<Workspace>(admin, `/api/v1/workspaces?toolId=${tool.id}`);
    expect(workspaces.map(({ slug, name }) => [slug, name])).toEqual(
      sandbox.workspaces.map(({ slug, name }) => [slug, name]).sort(),
    );
    expect(run.workspaces.every((w) => w.state === 'read' && w.repositories === w.expectedRepositories)).toBe(
      true,
    );
  });

  it('makes exactly the calls that pages demand, and says how many', async () => {
    const { sandbox, admin, path } = await useTool({ sandbox: { workspaces: 3, repositories: 450 } });
    const run = await discover(admin, path);
    const pages = (count: number): number => Math.max(1, Math.ceil(count / 100));
    const minimal = sandbox.workspaces.reduce(
      (sum, w) => sum + pages(w.projects.length) + pages(w.repositoryCount),
      1,
    );
    expect(sandbox.inspection.apiRequests()).toHaveLength(minimal);
    expect(run.calls).toBe(minimal);
    expect(sandbox.inspection.apiRequests().every(({ url }) => url.includes('sort='))).toBe(true);
    expect(sandbox.inspection.apiRequests().some(({ url }) => url.includes('role='))).toBe(false);
  });

  it('follows opaque cursors, where the tool tells no count', async () => {
    const { sandbox, admin, path } = await useTool({
      sandbox: { repositories: 250, switches: { opaqueNext: true } },
    });
    const run = await discover(admin, path);
    expect(run).toMatchObject({ state: 'succeeded', found: 250 });
    expect(run.workspaces.map((w) => w.expectedRepositories)).toEqual(sandbox.workspaces.map(() => null));
  });

  it('tells its progress while it runs, ending with how it ended', async () => {
    const { admin, path, instance } = await useTool({ sandbox: { repositories: 300 } });
    const { id } = await discover(admin, path);
    await eventually(() => {
      const states = instance.events.flatMap((e) =>
        e.type === 'discovery-run.updated' && e.run.id === id ? [e.run] : [],
      );
      expect(states[0]?.state).toBe('running');
      expect(states.at(-1)).toMatchObject({ state: 'succeeded', found: 300 });
    });
  });

  it('finds nothing new the second time', async () => {
    const { admin, path } = await useTool();
    await discover(admin, path);
    expect(await discover(admin, path)).toMatchObject({ found: 60, added: 0, changed: 0, gone: 0 });
    const { items } = (await admin.get(`${path}/discovery-runs`)).json;
    expect(items.map((run: DiscoveryRun) => run.added)).toEqual([0, 60]);
  });

  it('follows a rename: the same record, another name', async () => {
    const { admin, path, state } = await useTool();
    await discover(admin, path);
    const [before] = await listRepositories(admin);
    const workspaceSlug = before?.workspaceSlug;
    state.edit = ({ values }) => {
      for (const value of values.filter(({ uuid }) => uuid === before?.uuid)) {
        Object.assign(value, {
          slug: 'a-new-name',
          name: 'A new name',
          full_name: `${workspaceSlug}/a-new-name`,
        });
      }
    };
    expect(await discover(admin, path)).toMatchObject({ added: 0, changed: 1, gone: 0 });
    const after = (await admin.get(`/api/v1/repositories/${before?.id}`)).json;
    expect(after).toMatchObject({
      uuid: before?.uuid,
      name: 'A new name',
      fullName: `${workspaceSlug}/a-new-name`,
    });
  });

  it('does not begin while another one of the same tool is under way, nor before Connect', async () => {
    const { sandbox, admin, path } = await useTool();
    sandbox.failNext({ path: '/2.0/user/workspaces', delayMs: 300 });
    const id = await begin(admin, path);
    const second = await admin.post(`${path}/discover`);
    expect([second.status, second.json.code]).toEqual([409, 'discovery.running']);
    await ended(admin, id);
    await admin.patch(path, { name: 'Other', midServerId: null, baseUrl: `${sandbox.origin}/2.0/x` });
    const third = await admin.post(`${path}/discover`);
    expect([third.status, third.json.code]).toEqual([409, 'tool.not_connected']);
  });
});

describe('what vanished', () => {
  it('stays as a tombstone, out of the lists, and comes back under the same id', async () => {
    const { admin, path, state } = await useTool();
    await discover(admin, path);
    const hidden = await uuidsOf(admin, 3);
    state.edit = without(hidden);
    expect(await discover(admin, path)).toMatchObject({ state: 'succeeded', found: 57, gone: 3 });
    expect(await listRepositories(admin)).toHaveLength(57);
    const gone = await listRepositories(admin, '&gone=true');
    expect(gone.map((r) => r.uuid).sort()).toEqual(hidden.sort());
    state.edit = () => {};
    expect(await discover(admin, path)).toMatchObject({ found: 60, added: 3, gone: 0 });
    const back = (await admin.get(`/api/v1/repositories/${gone[0]?.id}`)).json;
    expect(back).toMatchObject({ uuid: gone[0]?.uuid, goneAt: null });
  });

  it('is not marked as gone without asking when it is more than a tenth', async () => {
    const { admin, path, state } = await useTool();
    await discover(admin, path);
    state.edit = without(await uuidsOf(admin, 7));
    const id = await begin(admin, path);
    const asking = await ended(admin, id, ['paused']);
    expect(asking.problem).toMatchObject({
      code: 'discovery.many_gone',
      detail: '7 of 60 known repositories were not met again. Nothing was marked as gone.',
    });
    expect(await listRepositories(admin)).toHaveLength(60);
    await admin.post(`/api/v1/discovery-runs/${id}/resume`, { acceptGone: true });
    expect(await ended(admin, id)).toMatchObject({ state: 'succeeded', gone: 7, problem: null });
    expect(await listRepositories(admin)).toHaveLength(53);
  });

  it('is not concluded from a listing that brought less than the tool counts', async () => {
    const { sandbox, admin, path } = await useTool();
    await discover(admin, path);
    const slug = sandbox.workspaces[0]?.slug ?? '';
    const uuid = encodeURIComponent(sandbox.workspaces[0]?.uuid ?? '');
    const count = sandbox.workspaces[0]?.repositoryCount ?? 0;
    const body = { values: [], size: count };
    sandbox.failNext({ path: `/2.0/repositories/${uuid}`, status: 200, body });
    sandbox.failNext({ path: `/2.0/repositories/${decodeURIComponent(uuid)}`, status: 200, body });
    const run = await discover(admin, path);
    expect(run).toMatchObject({ state: 'succeeded', gone: 0 });
    expect(run.workspaces.find((w) => w.slug === slug)?.error).toBe(
      `0 repositories were found, the tool counts ${count}.`,
    );
    expect(await listRepositories(admin)).toHaveLength(60);
  });

  it('is not concluded from a workspace that could not be read', async () => {
    const { sandbox, admin, path } = await useTool();
    await discover(admin, path);
    sandbox.failNext({
      path: '/2.0/workspaces/*',
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: { type: 'error', error: { message: 'Two-step verification is required' } },
    });
    const run = await discover(admin, path);
    expect(run).toMatchObject({
      state: 'succeeded',
      gone: 0,
      problem: {
        code: 'discovery.partial',
        detail: expect.stringContaining('Two-step verification is required'),
      },
    });
    expect(await listRepositories(admin)).toHaveLength(60);
  });
});

describe('an interrupted discovery', () => {
  it('waits as long as a 429 demands, shows it, and goes on with the page that was refused', async () => {
    const { sandbox, admin, path, tool } = await useTool({ sandbox: { repositories: 450 } });
    sandbox.failNext({ path: '/2.0/repositories/*', status: 429, headers: { 'retry-after': '1' } });
    const id = await begin(admin, path);
    const waiting = await ended(admin, id, ['throttled']);
    expect(waiting.problem?.code).toBe('tool.throttled');
    expect(Date.parse(waiting.resumeAt ?? '')).toBeGreaterThan(Date.now() - 1000);
    expect((await admin.get(path)).json).toMatchObject({ state: 'throttled', id: tool.id });
    const calls = sandbox.inspection.apiRequests().length;
    const proxied = await admin.get(`${path}/proxy/user`);
    expect([proxied.status]).toEqual([403]);
    const run = await ended(admin, id);
    expect(run).toMatchObject({ state: 'succeeded', found: 450, resumptions: 1, problem: null });
    const urls = sandbox.inspection.apiRequests().map(({ url }) => url);
    // The page that was refused is the only address asked for twice.
    expect(urls.length - new Set(urls).size).toBe(1);
    expect(run.calls).toBe(urls.length);
    expect(calls).toBeLessThan(urls.length);
    expect((await admin.get(path)).json.state).toBe('connected');
  });

  it('pauses at once, stays paused, and goes on from the last page that was kept', async () => {
    const { sandbox, admin, path } = await useTool({ sandbox: { repositories: 450 } });
    const id = await begin(admin, path);
    sandbox.failNext({ path: '/2.0/repositories/*', delayMs: 400, times: 2 });
    await eventually(async () => {
      const { json } = await admin.get(`/api/v1/discovery-runs/${id}`);
      expect(json.calls).toBeGreaterThan(0);
    });
    expect((await admin.post(`/api/v1/discovery-runs/${id}/pause`)).json.state).toBe('paused');
    const again = await admin.post(`/api/v1/discovery-runs/${id}/pause`);
    expect([again.status, again.json.state]).toEqual([200, 'paused']);
    await admin.post(`/api/v1/discovery-runs/${id}/resume`);
    expect(await ended(admin, id)).toMatchObject({ state: 'succeeded', found: 450 });
    const urls = sandbox.inspection.apiRequests().map(({ url }) => url);
    expect(urls.length - new Set(urls).size).toBeLessThanOrEqual(1);
  });

  it('can be cancelled: what was found stays, nothing is gone, and the next one may begin', async () => {
    const { sandbox, admin, path } = await useTool({ sandbox: { repositories: 450 } });
    sandbox.failNext({ path: '/2.0/repositories/*', delayMs: 1500 });
    const id = await begin(admin, path);
    await eventually(async () => {
      const { json } = await admin.get(`/api/v1/discovery-runs/${id}`);
      expect(json.workspaces.length).toBeGreaterThan(0);
    });
    expect((await admin.post(`/api/v1/discovery-runs/${id}/cancel`)).json.state).toBe('cancelled');
    const late = await admin.post(`/api/v1/discovery-runs/${id}/resume`);
    expect([late.status, late.json.code]).toEqual([409, 'discovery.ended']);
    expect((await discover(admin, path)).state).toBe('succeeded');
  });

  it('is tried again when the tool stumbles', async () => {
    const { sandbox, admin, path } = await useTool();
    sandbox.failNext({ path: '/2.0/repositories/*', status: 503 });
    expect(await discover(admin, path)).toMatchObject({ state: 'succeeded', found: 60, resumptions: 1 });
  });

  it('is given up when the tool does not recover, and says why', async () => {
    const { sandbox, admin, path, database } = await useTool();
    sandbox.failNext({ path: '/2.0/repositories/*', status: 503, times: 100 });
    const id = await begin(admin, path);
    await eventually(async () => {
      const { json } = await admin.get(`/api/v1/discovery-runs/${id}`);
      expect(json.problem).toMatchObject({ code: 'tool.unreachable', detail: 'Bitbucket answered 503.' });
    });
    // As after many more attempts; the waits between them add up to minutes.
    await database.db.updateTable('discovery_runs').set({ failures: 9 }).where('id', '=', id).execute();
    expect(await ended(admin, id)).toMatchObject({ state: 'failed', problem: { code: 'tool.unreachable' } });
    expect((await admin.get(path)).json.state).toBe('connected');
  });

  it('goes on after a stop of the instance with the next one that starts', async () => {
    const { sandbox, admin, path, instance, start } = await useTool({ sandbox: { repositories: 450 } });
    sandbox.failNext({ path: '/2.0/repositories/*', delayMs: 1500 });
    const id = await begin(admin, path);
    await eventually(async () => {
      const { json } = await admin.get(`/api/v1/discovery-runs/${id}`);
      expect(json.workspaces.length).toBeGreaterThan(0);
    });
    await instance.stop();
    const client = (await start()).client();
    expect(await ended(client, id)).toMatchObject({ state: 'succeeded', found: 450, resumptions: 1 });
    const urls = sandbox.inspection.apiRequests().map(({ url }) => url);
    expect(urls.length - new Set(urls).size).toBeLessThanOrEqual(1);
  });

  it('goes on after kill -9 of the instance, from the last page that was kept', async () => {
    const { sandbox, admin, path, start, database, state } = await useTool({
      sandbox: { repositories: 450 },
      worker: false,
    });
    sandbox.failNext({ path: '/2.0/repositories/*', delayMs: 150, times: 4 });
    const id = await begin(admin, path);
    const child = await startNode(fileURLToPath(new URL('./discovery-child.ts', import.meta.url)), {
      env: { DATABASE_URL: database.url, TOKEN: state.token },
      waitFor: /working/,
    });
    await eventually(async () => {
      expect((await admin.get(`/api/v1/discovery-runs/${id}`)).json.found).toBeGreaterThan(0);
    });
    await child.kill('SIGKILL');
    const left = discoveryRun.parse((await admin.get(`/api/v1/discovery-runs/${id}`)).json);
    expect(left).toMatchObject({ state: 'running' });
    expect(left.found).toBeLessThan(450);

    const client = (await start({ worker: true })).client();
    expect(await ended(client, id)).toMatchObject({ state: 'succeeded', found: 450, resumptions: 1 });
    const urls = sandbox.inspection.apiRequests().map(({ url }) => url);
    // Only the page that was under way when the process died is asked for again.
    expect(urls.length - new Set(urls).size).toBeLessThanOrEqual(1);
  });

  it('is worked on by one of two instances, never by both', async () => {
    const { sandbox, admin, path, start } = await useTool({ sandbox: { repositories: 450 } });
    await start();
    const run = await discover(admin, path);
    const urls = sandbox.inspection.apiRequests().map(({ url }) => url);
    expect(urls).toHaveLength(new Set(urls).size);
    expect(run.calls).toBe(urls.length);
  });

  it('stops when somebody changes the settings, and goes on only after they were tested', async () => {
    const { sandbox, admin, path, database } = await useTool({ sandbox: { repositories: 450 } });
    sandbox.failNext({ path: '/2.0/repositories/*', delayMs: 400 });
    const id = await begin(admin, path);
    await eventually(async () => {
      expect((await admin.get(`/api/v1/discovery-runs/${id}`)).json.workspaces.length).toBeGreaterThan(0);
    });
    await admin.patch(path, { credentialId: await insertCredential(database.db, 'Other') });
    const paused = await ended(admin, id, ['paused']);
    expect(paused.problem?.code).toBe('tool.not_connected');
    const early = await admin.post(`/api/v1/discovery-runs/${id}/resume`);
    expect([early.status, early.json.code]).toEqual([409, 'tool.not_connected']);
    await admin.post(`${path}/connect`);
    await admin.post(`/api/v1/discovery-runs/${id}/resume`);
    expect(await ended(admin, id)).toMatchObject({ state: 'succeeded', found: 450 });
  });

  it('ends with its tool, which can be deleted at any time', async () => {
    const { sandbox, admin, path } = await useTool({ sandbox: { repositories: 450 } });
    sandbox.failNext({ path: '/2.0/repositories/*', delayMs: 300 });
    const id = await begin(admin, path);
    await eventually(async () => {
      expect((await admin.get(`/api/v1/discovery-runs/${id}`)).json.calls).toBeGreaterThan(0);
    });
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.get(`/api/v1/discovery-runs/${id}`)).status).toBe(404);
    expect((await listRepositories(admin)).length).toBe(0);
  });

  it('ends when the grant was revoked, and the tool says so', async () => {
    const { sandbox, admin, path } = await useTool();
    sandbox.revokeGrants();
    const run = await discover(admin, path);
    expect(run).toMatchObject({ state: 'failed', problem: { code: 'tool.unauthorized' } });
    expect(run.problem?.detail).toContain('**Get OAuth Token**');
    expect((await admin.get(path)).json.state).toBe('disconnected');
  });

  it('keeps no token in what it tells or logs', async () => {
    const { admin, path, instance, state, database } = await useTool();
    state.token = 'canary-access-token';
    const connected = await admin.post(`${path}/connect`);
    expect(connected.json.connectReport.outcome).toBe('failed');
    const { rows } = await sql`select * from tools, audit_entries`.execute(database.db);
    const said = [connected.text, ...instance.log, JSON.stringify([instance.events, rows])].join('\n');
    expect(said).not.toContain('canary-access-token');
  });
});

/** The page without these repositories, as if they had been deleted at the tool. */
function without(uuids: readonly string[]): (page: RepositoryPage) => void {
  return (page) => {
    const left = page.values.filter(({ uuid }) => !uuids.includes(uuid));
    if (page.size !== undefined) page.size -= page.values.length - left.length;
    page.values = left;
  };
}

async function uuidsOf(admin: TestClient, count: number): Promise<string[]> {
  return (await listRepositories(admin)).slice(0, count).map(({ uuid }) => uuid);
}
