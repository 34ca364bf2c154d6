import { expect, it } from 'vitest';
import { changedFields } from './changed-fields.ts';

it('names only fields that differ, also nested ones, and keeps null', () => {
  const before = { name: 'a', order: 100, url: 'x', appliesTo: { kind: 'all' } };
  expect(changedFields<object>(before, { ...before, url: null, appliesTo: { kind: 'specific' } })).toEqual({
    url: null,
    appliesTo: { kind: 'specific' },
  });
  expect(changedFields(before, { ...before })).toEqual({});
});
