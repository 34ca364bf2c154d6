import { expect, it } from 'vitest';
import { expiryOf } from './token-state.ts';

it('a token that was revoked ends at no later time, whatever the provider once said', () => {
  const expiresAt = '2026-11-25T10:00:00.000Z';
  expect(expiryOf({ state: 'available', expiresAt })).toBe(expiresAt);
  expect(expiryOf({ state: 'revoked', expiresAt })).toBeNull();
});
