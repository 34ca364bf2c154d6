import { describe, expect, it } from 'vitest';
import { isExpiring, tokenLife } from './token-life.ts';

const token = {
  state: 'available',
  issuedAt: '2026-11-23T13:00:00Z',
  expiresAt: '2026-11-23T15:00:00Z',
  refreshAt: '2026-11-23T14:36:00Z',
} as const;

describe('the life of a token', () => {
  it('places now and the planned refresh between issue and expiry', () => {
    expect(tokenLife(token, new Date('2026-11-23T13:30:00Z'))).toEqual({
      now: 0.25,
      refresh: 0.8,
      urgent: false,
    });
  });

  it('stays on the bar after the end and before the start', () => {
    expect(tokenLife(token, new Date('2026-11-24T00:00:00Z'))?.now).toBe(1);
    expect(tokenLife(token, new Date('2026-11-23T00:00:00Z'))?.now).toBe(0);
  });

  it('shows nothing for a token that is not there', () => {
    expect(tokenLife({ ...token, state: 'none' }, new Date())).toBeUndefined();
    expect(tokenLife({ ...token, issuedAt: null }, new Date())).toBeUndefined();
    expect(tokenLife({ ...token, expiresAt: token.issuedAt }, new Date())).toBeUndefined();
  });

  it('calls a token expiring only when little is left and no refresh lies ahead', () => {
    const late = new Date('2026-11-23T14:50:00Z');
    expect(isExpiring(token, late)).toBe(true);
    expect(isExpiring({ ...token, refreshAt: '2026-11-23T14:55:00Z' }, late)).toBe(false);
    expect(isExpiring({ ...token, refreshAt: null }, new Date('2026-11-23T13:10:00Z'))).toBe(false);
    expect(isExpiring({ ...token, state: 'refreshing' }, late)).toBe(false);
  });
});
