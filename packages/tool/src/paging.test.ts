import { expect, test } from 'vitest';
import { followPages, type Page, type PagePlace } from './paging.ts';

const baseUrl = 'https://tool.example/2.0';
const start: PagePlace = { path: '/things', query: 'pagelen=2' };

async function readAll(pages: Record<string, Page<number>>) {
  const places: PagePlace[] = [];
  const items: number[] = [];
  for await (const { page } of followPages(baseUrl, start, async (place) => {
    places.push(place);
    const page = pages[`${place.path}?${place.query}`];
    if (page === undefined) throw new Error(`no page at ${place.path}?${place.query}`);
    return page;
  })) {
    items.push(...page.items);
  }
  return { items, places };
}

test('follows opaque links until there is none', async () => {
  const { items, places } = await readAll({
    '/things?pagelen=2': { items: [1, 2], next: `${baseUrl}/things?ctx=zz%3D` },
    '/things?ctx=zz%3D': { items: [], next: `${baseUrl}/elsewhere?ctx=3` },
    '/elsewhere?ctx=3': { items: [3] },
  });
  expect(items).toEqual([1, 2, 3]);
  expect(places).toHaveLength(3);
});

test('stops at a link back to a page already read', async () => {
  await expect(
    readAll({
      '/things?pagelen=2': { items: [1], next: `${baseUrl}/things?page=2` },
      '/things?page=2': { items: [2], next: `${baseUrl}/things?pagelen=2` },
    }),
  ).rejects.toMatchObject({ kind: 'malformed', message: expect.stringContaining('already read') });
});

test('does not follow a link to another origin', async () => {
  await expect(
    readAll({ '/things?pagelen=2': { items: [1], next: 'https://evil.example/2.0/things?page=2' } }),
  ).rejects.toMatchObject({ kind: 'malformed' });
});

test('tells where the next page is before it is read, so that a checkpoint can name it', async () => {
  const pages = followPages(baseUrl, start, async () => ({ items: [1], next: `${baseUrl}/things?page=2` }));
  const first = await pages.next();
  expect(first.value?.next).toEqual({ path: '/things', query: 'page=2' });
});
