import type { GrantType } from '@lockkeeper/contract';
import type { OAuthProvider, TokenSet } from '@lockkeeper/oauth';
import { Secret, type Vault } from '@lockkeeper/vault';
import type { StoredRegistry } from '../applications/application-registry.ts';
import { isAskedAnew } from '../applications/token-ask.ts';
import { type RefreshTokenEnd, refreshTokenEnd } from './refresh-token-end.ts';
import { refreshTime, type StoredToken, tokenPlace } from './token.ts';
import type { SealedTokens } from './token-rotation.ts';

export interface SealingParts {
  vault: Vault;
  random: () => number;
}

/** Seals what a token endpoint answered for the row and the version it is going to have. */
export async function sealTokens(
  tokens: TokenSet,
  place: { tokenId: string; version: number; grantType: GrantType },
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
    : endWithoutRefreshToken(tokens, place.grantType, random());
  return {
    accessToken: await seal(accessToken, 'access_token'),
    refreshToken: refreshToken === undefined ? undefined : await seal(refreshToken, 'refresh_token'),
    issuedAt,
    expiresAt,
    ...end,
    scopesGranted: scopes,
  };
}

/** Asked for again in time, or at an end that only a person can prevent. */
function endWithoutRefreshToken(
  { issuedAt, expiresAt }: TokenSet,
  grantType: GrantType,
  random: number,
): Omit<RefreshTokenEnd, 'refreshAt'> & { refreshAt: Date | undefined } {
  return isAskedAnew(grantType)
    ? {
        refreshAt: refreshTime(issuedAt, expiresAt, random),
        refreshTokenExpiresAt: undefined,
        lapsesAt: undefined,
        lapsesSince: undefined,
      }
    : {
        refreshAt: undefined,
        refreshTokenExpiresAt: undefined,
        lapsesAt: expiresAt,
        lapsesSince: issuedAt,
      };
}
