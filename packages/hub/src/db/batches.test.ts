import { expect, test } from 'vitest';
import { Batches, readsById } from './batches.ts';

/** A run that ends when it is told to. */
function held() {
  const runs: { items: readonly number[]; finish(): void; fail(error: Error): void }[] = [];
  const run = (items: readonly number[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      runs.push({ items, finish: () => resolve(items.map((item) => `did ${item}`)), fail: reject });
    });
  return { runs, run };
}
const turn = () => new Promise(setImmediate);

test('one alone is done at once, and what comes meanwhile is done together after it', async () => {
  const { runs, run } = held();
  const batches = new Batches(run);
  const first = batches.add(1);
  await turn();
  const others = Promise.all([batches.add(2), batches.add(3)]);
  await turn();
  expect(runs.map(({ items }) => items)).toEqual([[1]]);
  runs[0]?.finish();
  expect(await first).toBe('did 1');
  await turn();
  expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  runs[1]?.finish();
  expect(await others).toEqual(['did 2', 'did 3']);
});

test('no batch is larger than the most', async () => {
  const sizes: number[] = [];
  const batches = new Batches<number, number>(async (items) => {
    sizes.push(items.length);
    return items;
  }, 2);
  expect(await Promise.all([1, 2, 3, 4, 5].map((item) => batches.add(item)))).toEqual([1, 2, 3, 4, 5]);
  expect(sizes).toEqual([2, 2, 1]);
});

test('one that fails fails alone, and the next ones go on', async () => {
  const batches = new Batches<number, number>(async (items) => {
    if (items.includes(2)) throw new Error('not 2');
    return items;
  });
  const results = await Promise.allSettled([1, 2, 3].map((item) => batches.add(item)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await batches.add(4)).toBe(4);
});

test('rows that are read at the same time are read by one query, each id once', async () => {
  const asked: (readonly string[])[] = [];
  const find = readsById(
    async (ids) => {
      asked.push(ids);
      return ids.filter((id) => id !== 'gone').map((id) => ({ id }));
    },
    ({ id }) => id,
  );
  expect(await Promise.all([find('a'), find('gone'), find('a')])).toEqual([
    { id: 'a' },
    undefined,
    { id: 'a' },
  ]);
  expect(asked).toEqual([['a', 'gone']]);
});
