import { revocationRequest as sendRevocation } from 'oauth4webapi';
import { discard, readAnswer } from './answer.ts';
import {
  asAuthorizationServer,
  asClient,
  clientAuthentication,
  type OAuthClient,
  type OAuthEndpoints,
} from './client.ts';
import { type Exchange, requestOptions } from './exchange.ts';
import type { OAuthProvider } from './provider.ts';
import { refusal } from './refusal.ts';

export interface RevocableToken {
  readonly token: string;
  readonly kind: 'refresh_token' | 'access_token';
}

/** Asks the provider to revoke a token; needs a revocation endpoint. @see RFC 7009 §2.1 */
export function revocationRequest(
  endpoints: OAuthEndpoints & { tokenRevocationUrl: string },
  client: OAuthClient,
  { token, kind }: RevocableToken,
  exchange: Exchange,
): Promise<Response> {
  return sendRevocation(
    asAuthorizationServer(endpoints),
    asClient(client),
    clientAuthentication(client, endpoints, exchange),
    token,
    {
      ...requestOptions(exchange),
      additionalParameters: { token_type_hint: kind },
    },
  );
}

/** Any 2xx is a yes, also for a token nobody knows (RFC 7009 §2.2). @throws OAuthError */
export async function processRevocationAnswer(
  provider: OAuthProvider,
  response: Response,
  exchange: Exchange,
): Promise<void> {
  if (response.ok) return discard(response);
  throw refusal(await readAnswer(response, exchange), provider);
}
