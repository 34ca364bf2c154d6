import { expect, test } from 'vitest';
import { createSandbox } from '../src/index.ts';
import { startSandbox } from './test-sandbox.ts';

const platform = '/repositories/northwind-robotics/platform-api';

test('the endpoints across workspaces are gone', async () => {
  const { connect, origin } = await startSandbox();
  const { get } = await connect();
  const body = {
    type: 'error',
    error: {
      message: 'CHANGE-2770 - Functionality has been deprecated',
      detail: 'Please read the changelog entry for more details.',
      data: { announcement_url: 'https://developer.atlassian.com/cloud/bitbucket/changelog#CHANGE-2770' },
    },
  };
  for (const path of [
    '/workspaces',
    '/repositories',
    '/user/permissions/workspaces',
    '/user/permissions/repositories',
  ]) {
    expect(await get(path)).toMatchObject({ status: 410, body });
    expect((await fetch(`${origin}/2.0${path}`)).status).toBe(410);
  }
});

test('workspaces and repositories answer to slug and to uuid', async () => {
  const { connect, sandbox } = await startSandbox();
  const { get } = await connect();
  const bySlug = await get(platform);
  expect(bySlug).toMatchObject({ status: 200, body: { full_name: 'northwind-robotics/platform-api' } });
  const workspace = encodeURIComponent(sandbox.workspaces[0]?.uuid ?? '');
  const repository = encodeURIComponent(sandbox.workspaces[0]?.repositories()[0]?.uuid ?? '');
  expect(workspace).toMatch(/^%7B[0-9a-f-]{36}%7D$/);
  expect((await get(`/repositories/${workspace}/${repository}`)).body).toEqual(bySlug.body);
  expect((await get(`/workspaces/${workspace}`)).body).toMatchObject({ slug: 'northwind-robotics' });
});

test('what does not exist is a 404 in JSON, but a page for the commits of a missing repository', async () => {
  const { connect } = await startSandbox();
  const { get } = await connect();
  for (const path of ['/nothing', '/repositories/x/y', '/workspaces/x', `${platform}/refs/branches/no/such`])
    expect(await get(path)).toMatchObject({ status: 404, body: { type: 'error' } });
  const page = await get('/repositories/northwind-robotics/missing/commits/main');
  expect(page.status).toBe(404);
  expect(page.headers.get('content-type')).toContain('text/html');
});

test('has a repository of each kind that breaks clients', async () => {
  const { connect } = await startSandbox();
  const { get } = await connect();
  const read = async (slug: string) => (await get(`/repositories/northwind-robotics/${slug}`)).body;
  expect(await read('empty-start')).toMatchObject({ mainbranch: null, is_private: true });
  expect(await read('gro-enwahn-resume')).toMatchObject({ name: 'Größenwahn – résumé 日本語 🚀' });
  expect(await read('b-bold-quoted-b')).toMatchObject({ description: expect.stringContaining('<script>') });
  expect(await read('platform-api-fork')).toMatchObject({
    parent: { full_name: 'northwind-robotics/platform-api' },
  });
  expect(await read('public-site')).toMatchObject({ is_private: false });
  expect(await read('jquery.ui_fork-2')).toMatchObject({ description: '' });
  expect((await get('/repositories/northwind-robotics/empty-start/commits')).body).toEqual({
    pagelen: 30,
    values: [],
  });
  expect((await get('/repositories/northwind-robotics/empty-start/refs/branches')).body).toMatchObject({
    size: 0,
  });
});

test('branches: all on pages, one by its name with slashes, encoded or not', async () => {
  const { connect } = await startSandbox();
  const { all, get } = await connect();
  const names = (await all(`${platform}/refs/branches`)).map(({ name }) => String(name));
  expect(names).toHaveLength(32);
  expect(new Set(names).size).toBe(32);
  const slashed = names.find((name) => name.includes('/')) ?? '';
  for (const path of [slashed, encodeURIComponent(slashed)])
    expect((await get(`${platform}/refs/branches/${path}`)).body).toMatchObject({
      name: slashed,
      type: 'branch',
      target: { type: 'commit', hash: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
});

test('commits: pages go on from a hash, newest first, without size', async () => {
  const { connect } = await startSandbox();
  const { page, all } = await connect();
  const first = await page(`${platform}/commits?pagelen=50`);
  expect(Object.keys(first).sort()).toEqual(['next', 'pagelen', 'values']);
  expect(first.next).toMatch(/page=[0-9a-f]{40}$/);
  const commits = await all(`${platform}/commits?pagelen=50`);
  expect(new Set(commits.map(({ hash }) => hash)).size).toBe(commits.length);
  const dates = commits.map(({ date }) => Date.parse(String(date)));
  expect(dates).toEqual(dates.toSorted((a, b) => b - a));
});

test('commits: include and exclude choose a range; a single revision means what it reaches', async () => {
  const { connect, origin } = await startSandbox();
  const { all, get, accessToken } = await connect();
  const everything = await all(`${platform}/commits?pagelen=100`);
  const main = await all(`${platform}/commits/main?pagelen=100`);
  expect(main).toHaveLength(240);
  expect(everything.length).toBeGreaterThan(240);
  const tenth = main[10]?.hash;
  expect(await all(`${platform}/commits?include=main&exclude=${tenth}`)).toHaveLength(10);
  expect(await all(`${platform}/commits?exclude=main&pagelen=100`)).toHaveLength(everything.length - 240);
  const posted = await fetch(`${origin}/2.0${platform}/commits`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: new URLSearchParams([
      ['include', 'main'],
      ['exclude', String(tenth)],
    ]),
  });
  expect(await posted.json()).toMatchObject({ values: { length: 10 } });
  expect((await get(`${platform}/commits?include=nothing`)).status).toBe(404);
  expect((await get(`${platform}/commit/${String(tenth).slice(0, 12)}`)).body).toMatchObject({ hash: tenth });
});

test('a list has an ETag, and 304 answers If-None-Match and counts as a call', async () => {
  const { connect, sandbox } = await startSandbox({ switches: { rateLimitPerHour: 2 } });
  const { get } = await connect();
  const etag = (await get('/repositories/northwind-robotics')).headers.get('etag') ?? '';
  expect(etag).toMatch(/^"[0-9a-f]{40}"$/);
  const again = await get('/repositories/northwind-robotics', { 'if-none-match': etag });
  expect(again).toMatchObject({ status: 304, body: '' });
  expect((await get('/repositories/northwind-robotics')).status).toBe(429);
  expect(sandbox.inspection.apiRequests().map(({ status }) => status)).toEqual([200, 304, 429]);
});

test('the same seed and clock give the same world, another seed another one', async () => {
  const clock = () => new Date('2030-01-01T00:00:00Z');
  const build = async (seed: string) => {
    const sandbox = await createSandbox({ seed, clock });
    const result = sandbox.workspaces.map((workspace) => [workspace.uuid, workspace.repositories()]);
    await sandbox.close();
    return JSON.stringify(result);
  };
  expect(await build('a')).toBe(await build('a'));
  expect(await build('a')).not.toBe(await build('b'));
});

test('10,000 repositories in 5 workspaces are listed in order within seconds', {
  timeout: 60_000,
}, async () => {
  const { connect, sandbox } = await startSandbox({
    workspaces: 5,
    repositories: 10_000,
    switches: { rateLimitPerHour: 0 },
    // The description is checked elsewhere; here the time counts.
    onApiAnswer: () => {},
  });
  const { all } = await connect();
  const start = performance.now();
  const uuids = new Set<unknown>();
  for (const { slug } of sandbox.workspaces)
    for (const { uuid } of await all(`/repositories/${slug}?pagelen=100&sort=full_name`)) uuids.add(uuid);
  expect(uuids.size).toBe(10_000);
  expect(performance.now() - start).toBeLessThan(10_000);
});
