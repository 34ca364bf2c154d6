import { credentialId, idPrefixes, idSchema } from '@lockkeeper/contract';
import { expect, test } from 'vitest';
import { createIds, newId } from './ids.ts';

test.each(Object.keys(idPrefixes) as (keyof typeof idPrefixes)[])('an id of %s fits its schema', (noun) => {
  expect(idSchema(noun).safeParse(newId(noun)).success).toBe(true);
});

test('ids of the same millisecond sort in the order they were made, and differ', () => {
  const next = createIds(() => 1_800_000_000_000);
  const ids = Array.from({ length: 1_000 }, () => next('credential'));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(1_000);
});

test('ids keep sorting by age when the clock goes back', () => {
  let now = 1_800_000_000_000;
  const next = createIds(() => now);
  const before = next('credential');
  now -= 60_000;
  expect(next('credential') > before).toBe(true);
});

test('an id begins with its time', () => {
  const at = (ms: number) => createIds(() => ms)('credential').slice(0, 'cred_'.length + 10);
  expect(at(1_800_000_000_000) < at(1_800_000_000_001)).toBe(true);
  expect(credentialId.safeParse(createIds(() => 0)('credential')).success).toBe(true);
});
