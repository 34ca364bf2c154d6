import type { OAuthProvider, TokenSet } from '@lockkeeper/oauth';
import type { StoredRegistry } from '../applications/application-registry.ts';
import { refreshTime, type StoredToken } from './token.ts';

export interface RefreshTokenEnd {
  /** As far as known; undefined where it does not end. */
  readonly refreshTokenExpiresAt: Date | undefined;
  readonly refreshAt: Date;
  /** When only a person can go on, and since when that is known; undefined while refreshing moves the end. */
  readonly lapsesAt: Date | undefined;
  readonly lapsesSince: Date | undefined;
}

const SECOND = 1000;
/** Two refreshes closer than that tell nothing: providers count in seconds. */
const CONCLUSIVE_MS = 10 * SECOND;

/**
 * Until when a refresh token can be used, and what that means for refreshing. An end that moves with each refresh is
 * kept off by refreshing in time, also where the access token lives longer. One that stays is not kept off by anything,
 * so that refreshing faster and faster as it comes near would be of no use.
 */
export function refreshTokenEnd(
  tokens: TokenSet,
  registry: StoredRegistry,
  provider: OAuthProvider,
  previous: StoredToken | undefined,
  random: number,
): RefreshTokenEnd {
  const { issuedAt, expiresAt } = tokens;
  const told = endOf(tokens, registry, provider, previous);
  const isFixed = told !== undefined && doesNotMove(told, issuedAt, previous);
  const end = isFixed ? steady(told, previous?.refreshTokenExpiresAt) : told;
  const soonest = end !== undefined && !isFixed && end < expiresAt ? end : expiresAt;
  return {
    refreshTokenExpiresAt: end,
    refreshAt: refreshTime(issuedAt, soonest, random),
    lapsesAt: isFixed ? end : undefined,
    lapsesSince: isFixed ? (previous?.lapsesSince ?? previous?.issuedAt ?? issuedAt) : undefined,
  };
}

/**
 * What the provider says counts. Else an inactivity limit, which moves on with each use; else the lifespan that the
 * registry gives a new refresh token. One that stays the same is not extended, unless the registry says so.
 */
function endOf(
  { refreshToken, refreshTokenExpiresAt, issuedAt }: TokenSet,
  registry: StoredRegistry,
  provider: OAuthProvider,
  previous: StoredToken | undefined,
): Date | undefined {
  if (refreshTokenExpiresAt !== undefined) return refreshTokenExpiresAt ?? undefined;
  const lifeMs = provider.refreshTokenInactivityMs ?? registry.refreshTokenLifespanSeconds * SECOND;
  const isExtended =
    refreshToken !== undefined ||
    provider.refreshTokenInactivityMs !== null ||
    registry.extendRefreshTokenExpiry;
  if (isExtended || previous === undefined) return new Date(issuedAt.getTime() + lifeMs);
  const kept = previous.refreshTokenExpiresAt;
  // It has just outlived what the registry says of it.
  return kept !== undefined && kept > issuedAt ? kept : undefined;
}

/** A refresh should have moved it on by about as long as the last one is ago. */
function doesNotMove(end: Date, issuedAt: Date, previous: StoredToken | undefined): boolean {
  const { refreshTokenExpiresAt: before, issuedAt: lastAt } = previous ?? {};
  if (before === undefined || lastAt === undefined) return false;
  const sinceMs = issuedAt.getTime() - lastAt.getTime();
  if (sinceMs < CONCLUSIVE_MS) return previous?.lapsesAt !== undefined;
  return end.getTime() - before.getTime() < sinceMs / 2;
}

/** Told in whole seconds from now, the same end is another each time: it stays what it was. */
function steady(end: Date, before: Date | undefined): Date {
  return before !== undefined && Math.abs(end.getTime() - before.getTime()) < CONCLUSIVE_MS ? before : end;
}
