import { processRefreshTokenResponse, refreshTokenGrantRequest } from 'oauth4webapi';
import {
  asAuthorizationServer,
  asClient,
  clientAuthentication,
  type OAuthClient,
  type OAuthEndpoints,
} from './client.ts';
import { type Exchange, requestOptions } from './exchange.ts';
import { extraParameters, noExtras, type TokenExtras } from './token-extras.ts';
import { answersJudgedBy } from './token-set.ts';

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

export const processRefreshTokenAnswer = answersJudgedBy(processRefreshTokenResponse);
