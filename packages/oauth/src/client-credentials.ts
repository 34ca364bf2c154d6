import { clientCredentialsGrantRequest, processClientCredentialsResponse } from 'oauth4webapi';
import {
  asAuthorizationServer,
  asClient,
  clientAuthentication,
  type OAuthClient,
  type OAuthEndpoints,
} from './client.ts';
import { type Exchange, requestOptions } from './exchange.ts';
import { extraParameters, type TokenExtras } from './token-extras.ts';
import { answersJudgedBy } from './token-set.ts';

/** Asks in the client's own name. No scopes: the provider decides. @see RFC 6749 §4.4.2 */
export function clientCredentialsRequest(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  scopes: readonly string[],
  extras: TokenExtras,
  exchange: Exchange,
): Promise<Response> {
  return clientCredentialsGrantRequest(
    asAuthorizationServer(endpoints),
    asClient(client),
    clientAuthentication(client, endpoints, exchange),
    [...scopeParameter(scopes), ...extraParameters(extras)],
    requestOptions(exchange),
  );
}

export const processClientCredentialsAnswer = answersJudgedBy(processClientCredentialsResponse);

export function scopeParameter(scopes: readonly string[]): string[][] {
  return scopes.length === 0 ? [] : [['scope', scopes.join(' ')]];
}
