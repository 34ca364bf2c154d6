import { findProvider, type TokenSet } from '@lockkeeper/oauth';
import { describe, expect, test } from 'vitest';
import type { StoredRegistry } from '../applications/application-registry.ts';
import { type RefreshTokenEnd, refreshTokenEnd } from './refresh-token-end.ts';
import type { StoredToken } from './token.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const startMs = Date.UTC(2026, 0, 1);
const generic = findProvider('generic');
const bitbucket = findProvider('bitbucket-cloud');

interface Provider {
  /** What one answers, so long after the consent. */
  answer(ageMs: number): Partial<TokenSet>;
  provider?: typeof generic;
  registry?: Partial<StoredRegistry>;
  accessTokenLifeMs?: number;
}

/** Refreshes whenever it is due, for so long. @returns what came of it, and how often that was */
function live(
  { answer, provider = generic, registry = {}, accessTokenLifeMs = HOUR }: Provider,
  forMs: number,
) {
  let ageMs = 0;
  let count = 0;
  let shortestMs = Number.POSITIVE_INFINITY;
  let previous: StoredToken | undefined;
  let ends: RefreshTokenEnd | undefined;
  for (; ageMs < forMs; count++) {
    const issuedAt = new Date(startMs + ageMs);
    const tokens = {
      accessToken: 'a',
      refreshToken: undefined,
      issuedAt,
      expiresAt: new Date(issuedAt.getTime() + accessTokenLifeMs),
      refreshTokenExpiresAt: undefined,
      scopes: undefined,
      ...answer(ageMs),
    };
    const settings = {
      refreshTokenLifespanSeconds: 100 * 86_400,
      extendRefreshTokenExpiry: false,
      ...registry,
    };
    ends = refreshTokenEnd(tokens, settings as StoredRegistry, provider, previous, 0.5);
    previous = { issuedAt, ...ends } as StoredToken;
    shortestMs = Math.min(shortestMs, ends.refreshAt.getTime() - issuedAt.getTime());
    ageMs = ends.refreshAt.getTime() - startMs;
  }
  return { count, shortestMs, ends, previous };
}

const day = (date: Date | undefined) => (date ? (date.getTime() - startMs) / DAY : undefined);

describe('a refresh token that moves with each refresh', () => {
  test('RF-09: never lapses, and is kept alive also where the access token lives longer', () => {
    const long = { answer: () => ({}), provider: bitbucket, accessTokenLifeMs: 365 * DAY };
    const { ends, shortestMs } = live(long, 300 * DAY);
    expect(ends?.lapsesAt).toBeUndefined();
    // 90 days of disuse would end it.
    expect(shortestMs / DAY).toBeCloseTo(0.825 * 90, 0);
  });

  test('RF-09: the same for each rotated token of a provider that says how long it lives', () => {
    const answer = (ageMs: number) => ({
      refreshToken: 'r',
      refreshTokenExpiresAt: new Date(startMs + ageMs + 30 * MINUTE),
    });
    const { ends, shortestMs } = live({ answer, accessTokenLifeMs: HOUR }, DAY);
    expect(ends?.lapsesAt).toBeUndefined();
    expect(shortestMs / MINUTE).toBeCloseTo(0.825 * 30, 0);
  });
});

describe('a refresh token whose end stays where it is', () => {
  test('RF-09: lapses then, known since the first refresh', () => {
    const { ends } = live({ answer: () => ({}) }, 3 * HOUR);
    expect(day(ends?.lapsesAt)).toBe(100);
    expect(day(ends?.lapsesSince)).toBe(0);
  });

  test('is not refreshed faster and faster as the end comes near, nor in a loop once it has passed', () => {
    const { count, shortestMs, ends } = live({ answer: () => ({}) }, 101 * DAY);
    expect(shortestMs / MINUTE).toBeCloseTo(0.825 * 60, 0);
    expect(count).toBeLessThan((101 * 24) / 0.8);
    // It outlived what the registry says, so that is not known to be its end.
    expect(ends?.lapsesAt).toBeUndefined();
  });

  test('is one end, also where the provider tells it in whole seconds from now', () => {
    const endMs = startMs + 10 * HOUR;
    const answer = (ageMs: number) => ({
      refreshToken: 'r',
      refreshTokenExpiresAt: new Date(startMs + ageMs + Math.floor((endMs - startMs - ageMs) / 1000) * 1000),
    });
    const ends = new Set<number | undefined>();
    for (let hours = 2; hours < 9; hours++)
      ends.add(live({ answer }, hours * HOUR).ends?.lapsesAt?.getTime());
    expect(ends.size).toBe(1);
  });

  test('extended by the registry or endless by the provider, it does not lapse', () => {
    expect(
      live({ answer: () => ({}), registry: { extendRefreshTokenExpiry: true } }, DAY).ends?.lapsesAt,
    ).toBeUndefined();
    const endless = live({ answer: () => ({ refreshTokenExpiresAt: null }) }, DAY).ends;
    expect([endless?.lapsesAt, endless?.refreshTokenExpiresAt]).toEqual([undefined, undefined]);
  });
});

test('an access token that lives for a second is not refreshed in a loop', () => {
  const { shortestMs } = live({ answer: () => ({}), accessTokenLifeMs: 1000 }, MINUTE);
  expect(shortestMs).toBe(10_000);
});
