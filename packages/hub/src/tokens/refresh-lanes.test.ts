import { expect, test } from 'vitest';
import { type DueToken, RefreshLanes } from './refresh-lanes.ts';

const due = (registryId: string, count: number): DueToken[] =>
  Array.from({ length: count }, (_, index) => ({ credentialId: `${registryId}-${index}`, registryId }));

/** Everything that is due is known at once; asked for again, nothing else is. */
function lanesOf(items: DueToken[], laneWidth: number) {
  const rest = [...items];
  return new RefreshLanes({
    laneWidth,
    look: async (except) => {
      const found = rest.filter(({ registryId }) => !except.includes(registryId));
      for (const item of found) rest.splice(rest.indexOf(item), 1);
      return found;
    },
  });
}

test('hands out each once, and ends when none is left', async () => {
  const lanes = lanesOf([...due('a', 5), ...due('b', 3)], 2);
  const seen: string[] = [];
  const work = async () => {
    for (let item = await lanes.next(); item !== undefined; item = await lanes.next()) {
      seen.push(item.credentialId);
      await new Promise((resolve) => setTimeout(resolve, 1));
      item.done();
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  expect(seen.toSorted()).toEqual(['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'b-0', 'b-1', 'b-2']);
});

test('a registry whose lane is full waits, and those of others go on', async () => {
  const lanes = lanesOf([...due('slow', 4), ...due('quick', 2)], 2);
  const first = [await lanes.next(), await lanes.next()];
  expect(first.map((item) => item?.registryId)).toEqual(['slow', 'slow']);
  expect((await lanes.next())?.credentialId).toBe('quick-0');
  expect((await lanes.next())?.credentialId).toBe('quick-1');
  let next: string | undefined;
  const waiting = lanes.next().then((item) => {
    next = item?.credentialId;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(next).toBeUndefined();
  first[0]?.done();
  await waiting;
  expect(next).toBe('slow-2');
});
