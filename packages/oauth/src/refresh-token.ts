import { processRefreshTokenResponse, refreshTokenGrantRequest } from 'oauth4webapi';
import {
  asAuthorizationServer,
  asClient,
  clientAuthentication,
  type OAuthClient,
  type OAuthEndpoints,
} from './client.ts';
import { type Exchange, requestOptions } from './exchange.ts';
import type { OAuthProvider } from './provider.ts';
import { extraParameters, noExtras, type TokenExtras } from './token-extras.ts';
import { judgeTokenAnswer, type TokenSet } from './token-set.ts';

/** Sends the refresh token to the token endpoint. @see RFC 6749 §6 */
export function refreshTokenRequest(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  refreshToken: string,
  exchange: Exchange,
  extras: TokenExtras = noExtras,
): Promise<Response> {
  return refreshTokenGrantRequest(
    asAuthorizationServer(endpoints),
    asClient(client),
    clientAuthentication(client, endpoints, exchange),
    refreshToken,
    { ...requestOptions(exchange), additionalParameters: extraParameters(extras) },
  );
}

/** @throws OAuthError */
export function processRefreshTokenAnswer(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  provider: OAuthProvider,
  response: Response,
  exchange: Exchange,
): Promise<TokenSet> {
  return judgeTokenAnswer(
    processRefreshTokenResponse,
    asAuthorizationServer(endpoints),
    asClient(client),
    response,
    exchange,
    provider,
  );
}
