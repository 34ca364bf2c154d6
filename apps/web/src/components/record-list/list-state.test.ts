import { describe, expect, it } from 'vitest';
import { listStateOf, nextSort, searchOf } from './list-state.ts';

describe('the state of a list in the address', () => {
  it('comes back as it was written', () => {
    const state = { q: 'bit', sort: '-name', view: 'available', filters: { active: 'true' } };
    expect(listStateOf(searchOf(state))).toEqual(state);
  });

  it('leaves parameters of others alone', () => {
    const empty = { q: '', sort: undefined, view: undefined, filters: {} };
    expect(searchOf(empty, { new: 'oauth2', q: 'old', 'f.active': 'true' })).toEqual({ new: 'oauth2' });
  });

  it('reads a number that the address held without quotes', () => {
    expect(listStateOf({ q: 42 }).q).toBe('42');
    expect(listStateOf({ q: { evil: 1 } }).q).toBe('');
  });

  it('sorts up, down and not at all', () => {
    expect(nextSort(undefined, 'name')).toBe('name');
    expect(nextSort('name', 'name')).toBe('-name');
    expect(nextSort('-name', 'name')).toBeUndefined();
    expect(nextSort('order', 'name')).toBe('name');
  });
});
