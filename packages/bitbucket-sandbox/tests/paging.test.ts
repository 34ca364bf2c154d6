import { expect, test } from 'vitest';
import { startSandbox } from './test-sandbox.ts';

const list = '/repositories/northwind-robotics';

test('60 repositories in 2 workspaces by default, every one of them on some page', async () => {
  const { connect, sandbox, origin } = await startSandbox();
  const { page, all } = await connect();
  const first = await page(list);
  expect(first).toMatchObject({ pagelen: 10, size: 40, page: 1, next: `${origin}/2.0${list}?page=2` });
  expect(first).not.toHaveProperty('previous');
  expect((await page(`${list}?pagelen=30&page=2`)).previous).toBe(`${origin}/2.0${list}?pagelen=30&page=1`);
  const uuids = new Set<unknown>();
  for (const { slug } of sandbox.workspaces)
    for (const { uuid } of await all(`/repositories/${slug}`)) uuids.add(uuid);
  expect(uuids.size).toBe(60);
});

test('the last page has no next, and there is none behind it', async () => {
  const { connect } = await startSandbox();
  const { page, get } = await connect();
  expect(await page(`${list}?pagelen=20&page=2`)).not.toHaveProperty('next');
  expect((await get(`${list}?pagelen=20&page=3`)).status).toBe(404);
  for (const wrong of ['page=0', 'page=x', 'pagelen=0', 'pagelen=x', 'pagelen=101'])
    expect((await get(`${list}?${wrong}`)).status, wrong).toBe(400);
});

test('lists have their own default pagelen', async () => {
  const { connect } = await startSandbox();
  const { page } = await connect();
  expect((await page('/user/workspaces')).pagelen).toBe(25);
  expect((await page('/hook_events/workspace')).pagelen).toBe(30);
});

test('switches maxPagelen and oversizedPagelen', async () => {
  const { connect, sandbox } = await startSandbox({ switches: { maxPagelen: 25 } });
  const { page, get } = await connect();
  expect((await get(`${list}?pagelen=26`)).body).toEqual({
    type: 'error',
    error: { message: 'Invalid pagelen' },
  });
  sandbox.switches.oversizedPagelen = 'clamp';
  expect((await page(`${list}?pagelen=26`)).values).toHaveLength(25);
});

test('switch opaqueNext: a cursor instead of page and size', async () => {
  const { connect } = await startSandbox({ switches: { opaqueNext: true } });
  const { page, all, get } = await connect();
  const first = await page(`${list}?pagelen=15&sort=-name`);
  expect(Object.keys(first).sort()).toEqual(['next', 'pagelen', 'values']);
  expect(first.next).not.toMatch(/page=\d+$/);
  expect(new Set((await all(`${list}?pagelen=15&sort=-name`)).map(({ uuid }) => uuid)).size).toBe(40);
  expect((await get(`${list}?page=2`)).status).toBe(400);
});

test('links use the public origin', async () => {
  const { connect, sandbox } = await startSandbox({ publicOrigin: 'https://bitbucket.example' });
  expect(sandbox.origin).toBe('https://bitbucket.example');
  expect(sandbox.inspection.requests()).toEqual([]);
  await expect(connect()).rejects.toThrow();
});

test('fields: a bare list drops next too, a minus sign removes, a plus sign changes nothing', async () => {
  const { connect } = await startSandbox();
  const { page } = await connect();
  expect(Object.keys(await page(`${list}?fields=values.slug`))).toEqual(['values']);
  expect((await page(`${list}?fields=values.slug,next`)).values[0]).toEqual({ slug: 'platform-api' });
  expect(await page(`${list}?fields=values.slug,next`)).toHaveProperty('next');
  const less = await page(`${list}?fields=-values.links,-values.owner`);
  expect(less).toHaveProperty('next');
  expect(less.values[0]).not.toHaveProperty('links');
  expect(less.values[0]).toHaveProperty('workspace.links');
  expect((await page(`${list}?fields=values.project.*`)).values[0]).toHaveProperty('project.key');
  expect(await page(`${list}?fields=%2Bvalues.owner`)).toEqual(
    await page(list).then(({ next: _, ...rest }) => ({
      ...rest,
      next: expect.stringContaining('page=2'),
    })),
  );
});
