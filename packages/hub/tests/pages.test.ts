import { type TestHub, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';

interface Item {
  id: string;
  name: string;
}

async function withKeys(
  names: string[],
): Promise<{ testHub: TestHub; list: (query: string) => Promise<PageAnswer> }> {
  const testHub = await useTestHub();
  for (const name of names) {
    await testHub.accessAdmin.createApiKey({
      name,
      roles: ['viewer'],
      toolIds: [],
      mayWrite: false,
      expiresAt: null,
    });
  }
  const admin = await testHub.withRole('admin');
  return { testHub, list: async (query) => (await admin.get(`/api/v1/api-keys?q=k-&${query}`)).json };
}

interface PageAnswer {
  items: Item[];
  nextCursor: string | null;
  total: number;
  code?: string;
  errors?: { field: string }[];
}

const names = Array.from({ length: 7 }, (_, index) => `k-${index}`);

it.each([
  ['name', names],
  ['-name', names.toReversed()],
  ['createdAt', names],
  ['-createdAt', names.toReversed()],
])(
  'pages through a list sorted by %s, each row once, with the total on every page',
  async (sort, expected) => {
    const { list } = await withKeys(names);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: PageAnswer = await list(`limit=3&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.total).toBe(7);
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(expected);
  },
);

it('a row that goes or comes between two pages neither hides nor repeats another', async () => {
  const { testHub, list } = await withKeys(names);
  const first = await list('limit=3&sort=name');
  await testHub.database.db.deleteFrom('api_keys').where('name', 'in', ['k-0', 'k-2']).execute();
  const second = await list(`limit=3&sort=name&cursor=${first.nextCursor}`);
  expect(second.items.map(({ name }) => name)).toEqual(['k-3', 'k-4', 'k-5']);
});

it('a wildcard in a search is a letter', async () => {
  const { testHub } = await withKeys(['100%', '1000', 'a_b', 'axb']);
  const admin = await testHub.withRole('admin');
  const search = async (q: string) => {
    const { json } = await admin.get(`/api/v1/api-keys?q=${encodeURIComponent(q)}`);
    return json.items.map(({ name }: Item) => name);
  };
  expect([await search('0%'), await search('a_')]).toEqual([['100%'], ['a_b']]);
});

it('refuses a cursor of our shape whose content is no value of the column', async () => {
  const { list } = await withKeys(['k-1']);
  for (const key of ['', 'x', 'a\u0000b', '\ud800', '2026-02-30T00:00:00Z']) {
    const cursor = Buffer.from(JSON.stringify(['createdAt', key, 'x'])).toString('base64url');
    const page = await list(`sort=createdAt&cursor=${cursor}`);
    expect([key, page.code, page.errors?.[0]?.field]).toEqual([key, 'request.invalid', 'cursor']);
  }
});

it.each([
  ['cursor=nonsense'],
  [`cursor=${Buffer.from('["-name","a","b"]').toString('base64url')}`],
  [`cursor=${Buffer.from('["name",1]').toString('base64url')}`],
  ['limit=0'],
  ['limit=201'],
  ['sort=hint'],
  ['sort=name;drop'],
])('refuses %s by name', async (query) => {
  const { list } = await withKeys([]);
  const page = await list(query);
  expect([page.code, page.errors?.[0]?.field]).toEqual(['request.invalid', query.split('=')[0]]);
});
