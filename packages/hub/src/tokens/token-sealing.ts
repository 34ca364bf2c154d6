import type { OAuthProvider, TokenSet } from '@lockkeeper/oauth';
import { Secret, type Vault } from '@lockkeeper/vault';
import type { StoredRegistry } from '../applications/application-registry.ts';
import { refreshTokenEnd } from './refresh-token-end.ts';
import { type StoredToken, tokenPlace } from './token.ts';
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
  const end = hasRefreshToken
    ? refreshTokenEnd(tokens, registry, provider, previous, random())
    : { refreshAt: undefined, refreshTokenExpiresAt: undefined, lapsesAt: expiresAt, lapsesSince: issuedAt };
  return {
    accessToken: await seal(accessToken, 'access_token'),
    refreshToken: refreshToken === undefined ? undefined : await seal(refreshToken, 'refresh_token'),
    issuedAt,
    expiresAt,
    ...end,
    scopesGranted: scopes,
  };
}
