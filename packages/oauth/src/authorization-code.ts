import {
  authorizationCodeGrantRequest,
  nopkce,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';
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

export interface AuthorizationCodeParts {
  readonly code: string;
  /** Letter for letter the one the authorization request named (RFC 6749 §4.1.3). */
  readonly redirectUri: string;
  readonly codeVerifier: string | undefined;
}

/** Sends the code to the token endpoint. @see RFC 6749 §4.1.3 */
export function authorizationCodeRequest(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  parts: AuthorizationCodeParts,
  exchange: Exchange,
  extras: TokenExtras = noExtras,
): Promise<Response> {
  // State and issuer were judged with the callback; the library wants to have seen the parameters itself.
  const as = { ...asAuthorizationServer(endpoints), authorization_response_iss_parameter_supported: false };
  const parameters = validateAuthResponse(as, asClient(client), new URLSearchParams({ code: parts.code }));
  return authorizationCodeGrantRequest(
    as,
    asClient(client),
    clientAuthentication(client, endpoints, exchange),
    parameters,
    parts.redirectUri,
    parts.codeVerifier ?? nopkce,
    { ...requestOptions(exchange), additionalParameters: extraParameters(extras) },
  );
}

export const processAuthorizationCodeAnswer = answersJudgedBy(processAuthorizationCodeResponse);
