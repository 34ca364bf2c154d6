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
import { judgeTokenAnswer, type TokenSet } from './token-set.ts';

/** Sends the refresh token to the token endpoint. @see RFC 6749 §6 */
export function refreshTokenRequest(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  refreshToken: string,
  exchange: Exchange,
): Promise<Response> {
  return refreshTokenGrantRequest(
    asAuthorizationServer(endpoints),
    asClient(client),
    clientAuthentication(client),
    refreshToken,
    requestOptions(exchange),
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
