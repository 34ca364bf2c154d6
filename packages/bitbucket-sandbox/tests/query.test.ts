import { expect, test } from 'vitest';
import { parseQuery } from '../src/rest/query-language.ts';
import { startSandbox } from './test-sandbox.ts';

const list = '/repositories/northwind-robotics';
const search = (q: string, sort = 'name') => `${list}?pagelen=100&sort=${sort}&q=${encodeURIComponent(q)}`;

test('q filters repositories by name, project, time and emptiness', async () => {
  const { connect, clock } = await startSandbox();
  const { all } = await connect();
  const slugs = async (q: string) => (await all(search(q))).map(({ slug }) => slug);
  expect(await slugs('name = "platform-api"')).toEqual(['platform-api']);
  expect(await slugs('name ~ "PLATFORM"')).toEqual(['platform-api', 'platform-api-fork']);
  expect(await slugs('full_name = "northwind-robotics/public-site"')).toEqual(['public-site']);
  expect(await slugs('mainbranch.name = null')).toEqual(['empty-start']);
  expect(await slugs('parent.full_name != null')).toEqual(['platform-api-fork']);
  expect(await slugs('slug IN ("public-site", "empty-start")')).toEqual(['empty-start', 'public-site']);
  expect(await slugs('name ~ "日本語" AND is_private = true')).toEqual(['gro-enwahn-resume']);
  expect(await slugs('project.key = "LAB"')).toEqual([]);
  const recent = await slugs(`updated_on >= ${clock.now().toISOString().slice(0, 10)}T00:00:00+00:00`);
  const old = await slugs(`updated_on < ${clock.now().toISOString().slice(0, 10)}T00:00:00+00:00`);
  expect(recent.length + old.length).toBe(40);
  expect(old).toContain('zz-archived-legacy-billing');
});

test('q knows OR, brackets, NOT IN and !~', () => {
  const fields = { name: (one: string) => one, length: (one: string) => one.length };
  const find = (q: string) => ['alpha', 'beta', 'gamma "x"'].filter(parseQuery(q, fields));
  expect(find('name = "alpha" OR name = "beta"')).toEqual(['alpha', 'beta']);
  expect(find('(name = "alpha" OR name = "beta") AND length < 5')).toEqual(['beta']);
  expect(find('name NOT IN ("alpha")')).toEqual(['beta', 'gamma "x"']);
  expect(find('name !~ "A"')).toEqual([]);
  expect(find('name ~ "\\"x\\""')).toEqual(['gamma "x"']);
  expect(find('length >= 5 and length <= 5')).toEqual(['alpha']);
});

test('a query that makes no sense is a 400', async () => {
  const { connect } = await startSandbox();
  const { get } = await connect();
  for (const q of [
    'nonsense',
    'colour = "red"',
    'name =',
    'name "x"',
    '(name = "x"',
    'name = "x" name',
    'name = "x',
  ])
    expect((await get(search(q))).status, q).toBe(400);
  expect((await get(search('updated_on > yesterday'))).status).toBe(400);
  expect((await get(`${list}?sort=colour`)).status).toBe(400);
});

test('sort orders by a field, descending with a minus sign', async () => {
  const { connect } = await startSandbox();
  const { all } = await connect();
  const times = (await all(`${list}?sort=-updated_on&pagelen=7`)).map(({ updated_on }) => String(updated_on));
  expect(times).toEqual(times.toSorted().toReversed());
  expect(times).toHaveLength(40);
  const projects = (await all('/workspaces/northwind-robotics/projects?sort=key')).map(({ key }) => key);
  expect(projects).toEqual(['DATA', 'LAB', 'OPS', 'PLAT', 'WEB']);
});

test('switch roleParameter: role is gone, or does nothing', async () => {
  const { connect, sandbox } = await startSandbox();
  const { get } = await connect();
  expect((await get(`${list}?role=member`)).status).toBe(410);
  sandbox.switches.roleParameter = 'accept';
  expect((await get(`${list}?role=member`)).status).toBe(200);
});
