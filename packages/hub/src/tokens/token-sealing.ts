import type { OAuthProvider, TokenSet } from '@lockkeeper/oauth';
import { Secret, type Vault } from '@lockkeeper/vault';
import type { StoredRegistry } from '../applications/application-registry.ts';
import { refreshTime, type StoredToken, tokenPlace } from './token.ts';
import type { SealedTokens } from './token-store.ts';

export interface SealingParts {
  vault: Vault;
  random: () => number;
}

/** Seals what a token endpoint answered for the row and the version it is going to have. */
export async function sealTokens(
  tokens: TokenSet,
  place: { tokenId: string; version: number },
  registry: StoredRegistry,
  provider: OAuthProvider,
  previous: StoredToken | undefined,
  { vault, random }: SealingParts,
): Promise<SealedTokens> {
  const { tokenId, version } = place;
  const seal = async (value: string, column: 'access_token' | 'refresh_token') => ({
    sealed: await vault.seal(new Secret(value), tokenPlace(tokenId, column, version)),
    version,
  });
  const { accessToken, refreshToken, issuedAt, expiresAt, scopes } = tokens;
  const hasRefreshToken = refreshToken !== undefined || previous?.refreshToken !== undefined;
  const end = hasRefreshToken ? refreshTokenEnd(tokens, registry, provider, previous) : undefined;
  return {
    accessToken: await seal(accessToken, 'access_token'),
    refreshToken: refreshToken === undefined ? undefined : await seal(refreshToken, 'refresh_token'),
    issuedAt,
    expiresAt,
    // Whichever ends first: an access token may outlive the refresh token's inactivity limit.
    refreshAt: end && refreshTime(issuedAt, end < expiresAt ? end : expiresAt, random()),
    refreshTokenExpiresAt: end,
    scopesGranted: scopes,
  };
}

/**
 * An inactivity limit moves on with each use. A fixed lifespan counts from a new refresh token; one that stays the same
 * is not extended, unless the registry says so.
 */
function refreshTokenEnd(
  { refreshToken, issuedAt }: TokenSet,
  registry: StoredRegistry,
  provider: OAuthProvider,
  previous: StoredToken | undefined,
): Date {
  const lifeMs = provider.refreshTokenInactivityMs ?? registry.refreshTokenLifespanSeconds * 1000;
  const isExtended =
    refreshToken !== undefined ||
    provider.refreshTokenInactivityMs !== null ||
    registry.extendRefreshTokenExpiry;
  const kept = isExtended ? undefined : previous?.refreshTokenExpiresAt;
  return kept ?? new Date(issuedAt.getTime() + lifeMs);
}
