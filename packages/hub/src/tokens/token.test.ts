import { credentialId } from '@lockkeeper/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefreshable, isUsable, refreshTime, type StoredToken } from './token.ts';

const issuedAt = new Date('2026-11-23T12:00:00Z');
const expiresAt = new Date('2026-11-23T13:00:00Z');
const sealed = { sealed: 'x', version: 1 };
const token: StoredToken = {
  id: 'tok_1',
  credentialId: credentialId.parse('cred_01KA7N4V8ZQJ2M00000000000A'),
  grantType: 'authorization_code',
  state: 'available',
  version: 1,
  accessToken: sealed,
  refreshToken: sealed,
  issuedAt,
  expiresAt,
  refreshAt: undefined,
  refreshTokenExpiresAt: undefined,
  lapsesAt: undefined,
  lapsesSince: undefined,
  scopesAsked: [],
  scopesGranted: undefined,
  unknownOutcomes: 0,
  refusals: 0,
  firstRefusedAt: undefined,
  failures: 0,
  retryAt: undefined,
  problem: undefined,
  lastRefreshAt: undefined,
  lastUsedAt: undefined,
};

describe('a token is handed out', () => {
  test.each<[string, Partial<StoredToken>, string, boolean]>([
    ['while it is good', {}, '12:30:00', true],
    ['until shortly before its end', {}, '12:59:29', true],
    ['not in its last half minute', {}, '12:59:31', false],
    ['not after its end', {}, '13:00:01', false],
    ['also while it is being refreshed', { state: 'refreshing' }, '12:30:00', true],
    ['also while the outcome of a refresh is uncertain', { state: 'uncertain' }, '12:30:00', true],
    ['not when a person must consent', { state: 'needs_authorization' }, '12:30:00', false],
    ['not after it was revoked', { state: 'revoked', accessToken: undefined }, '12:30:00', false],
    ['not when there is none', { accessToken: undefined }, '12:30:00', false],
  ])('%s', (_name, changes, time, expected) => {
    expect(isUsable({ ...token, ...changes }, new Date(`2026-11-23T${time}Z`))).toBe(expected);
  });

  test('with a margin that fits a short life', () => {
    const short = { ...token, expiresAt: new Date(issuedAt.getTime() + 20_000) };
    expect(isUsable(short, new Date(issuedAt.getTime() + 17_999))).toBe(true);
    expect(isUsable(short, new Date(issuedAt.getTime() + 18_001))).toBe(false);
  });

  test('never when it has expired, whatever its life', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e10 }), fc.integer({ min: 0, max: 1e10 }), (lifeMs, lateMs) => {
        const end = new Date(issuedAt.getTime() + lifeMs);
        return !isUsable({ ...token, expiresAt: end }, new Date(end.getTime() + lateMs));
      }),
    );
  });
});

test('only what has a refresh token and no verdict against it is refreshed', () => {
  expect(isRefreshable(token)).toBe(true);
  expect(isRefreshable({ ...token, refreshToken: undefined })).toBe(false);
  expect(isRefreshable({ ...token, state: 'needs_authorization' })).toBe(false);
});

test('the refresh lies between 75 and 90 percent of the life, while the token can still be handed out', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 14_000, max: 1e9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lifeMs, random) => {
        const end = new Date(issuedAt.getTime() + lifeMs);
        const at = refreshTime(issuedAt, end, random);
        const share = (at.getTime() - issuedAt.getTime()) / lifeMs;
        expect(share).toBeGreaterThanOrEqual(0.7499);
        expect(share).toBeLessThanOrEqual(0.9001);
      },
    ),
  );
});
