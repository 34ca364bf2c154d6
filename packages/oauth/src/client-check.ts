import { authorizationCodeRequest, processAuthorizationCodeAnswer } from './authorization-code.ts';
import type { OAuthClient, OAuthEndpoints } from './client.ts';
import type { Exchange } from './exchange.ts';
import { OAuthError } from './oauth-error.ts';
import type { OAuthProvider } from './provider.ts';

export interface ClientCheck {
  readonly outcome: 'client_accepted' | 'client_refused' | 'grant_refused' | 'inconclusive' | 'unreachable';
  readonly error: OAuthError | undefined;
}

const DUMMY = 'lockkeeper-checks-the-client-with-this-code';

/** One token request with a code that cannot exist: whether the provider complains of the code or of the client tells. */
export async function checkClient(
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  provider: OAuthProvider,
  redirectUri: string,
  exchange: Exchange,
): Promise<ClientCheck> {
  // A verifier of 43 to 128 characters, as RFC 7636 §4.1 wants it.
  const parts = { code: DUMMY, redirectUri, codeVerifier: DUMMY };
  try {
    const response = await authorizationCodeRequest(endpoints, client, parts, exchange);
    await processAuthorizationCodeAnswer(endpoints, client, provider, response, exchange);
    return { outcome: 'inconclusive', error: undefined };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { outcome: error.code === 'invalid_grant' ? 'client_accepted' : outcomeOf(error), error };
  }
}

/** What the refusal of a request tells that was meant as it was: by a grant that needs nobody. */
export function judgeRefusedAsk(error: OAuthError): ClientCheck {
  switch (error.code) {
    // RFC 6749 §5.2: the client has been authenticated when these are answered.
    case 'invalid_grant':
    case 'grant_not_allowed':
    case 'invalid_scope':
    case 'invalid_target':
      return { outcome: 'grant_refused', error };
    default:
      return { outcome: outcomeOf(error), error };
  }
}

function outcomeOf(error: OAuthError): ClientCheck['outcome'] {
  switch (error.code) {
    case 'client_refused':
      return 'client_refused';
    case 'unreachable':
    case 'timeout':
    case 'address_blocked':
    case 'mid_server_unavailable':
    case 'mid_server_refused':
    case 'mid_server_unreachable':
    case 'mid_server_lost':
    case 'provider_unavailable':
      return 'unreachable';
    default:
      return 'inconclusive';
  }
}
