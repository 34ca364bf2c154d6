import type { OAuthEndpoints } from './client.ts';
import { foreignText, OAuthError, type OAuthErrorCode } from './oauth-error.ts';
import type { OAuthProvider } from './provider.ts';

const READ_PARAMETERS = ['state', 'code', 'error', 'error_description', 'error_uri', 'iss'] as const;
const LONGEST_STATE = 512;
const LONGEST_CODE = 8192;

/** The `state` of a callback, or `undefined` when it has none, several or one of a size we never send. */
export function callbackState(parameters: URLSearchParams): string | undefined {
  const states = parameters.getAll('state');
  const [state] = states;
  return states.length === 1 && state && state.length <= LONGEST_STATE ? state : undefined;
}

/**
 * Judges an authorization response whose `state` was found and used up: returns its code. Anything else in it, an
 * `access_token` above all, is ignored.
 *
 * @throws OAuthError `callback_duplicate_parameter`, `callback_code_and_error`, `callback_code_missing`,
 * `issuer_mismatch`, `issuer_missing`, `consent_declined`, `application_private`, `authorization_refused`
 * @see RFC 6749 §4.1.2, RFC 9207 §2.4
 */
export function judgeCallback(
  parameters: URLSearchParams,
  endpoints: OAuthEndpoints,
  provider: OAuthProvider,
): { code: string } {
  for (const name of READ_PARAMETERS) {
    if (parameters.getAll(name).length > 1) {
      throw new OAuthError('callback_duplicate_parameter', `The answer names "${name}" more than once.`);
    }
  }
  const code = parameters.get('code');
  const error = parameters.get('error');
  if (code !== null && error !== null) {
    throw new OAuthError('callback_code_and_error', 'The answer holds both a code and an error.');
  }
  checkIssuer(parameters.get('iss'), endpoints);
  if (error !== null) throw authorizationRefusal(error, parameters.get('error_description'), provider);
  if (!code || code.length > LONGEST_CODE) {
    throw new OAuthError('callback_code_missing', 'The answer holds no usable code.');
  }
  return { code };
}

function authorizationRefusal(
  error: string,
  description: string | null,
  provider: OAuthProvider,
): OAuthError {
  const providerError = foreignText(error);
  const providerDescription = foreignText(description);
  const said = `${providerError} ${providerDescription}`;
  const known = provider.authorizationRefusals.find(({ pattern }) => pattern.test(said))?.code;
  const standard = new Map<string, OAuthErrorCode>([
    ['access_denied', 'consent_declined'],
    // RFC 8707 §2
    ['invalid_target', 'invalid_target'],
  ]).get(error);
  const code = standard ?? known ?? 'authorization_refused';
  return new OAuthError(code, `${provider.shortName} did not grant access.`, {
    providerError,
    providerDescription,
  });
}

/** Without a known issuer, one from another origin than the authorization endpoint's is still a mix-up. */
function checkIssuer(iss: string | null, endpoints: OAuthEndpoints): void {
  if (endpoints.issuer !== null) {
    if (iss === null && !endpoints.isIssuerPromised) return;
    if (iss === null)
      throw new OAuthError('issuer_missing', 'The answer does not say which provider it is from.');
    if (iss !== endpoints.issuer)
      throw new OAuthError('issuer_mismatch', 'The answer is from another provider.');
    return;
  }
  if (iss === null) return;
  const origin = URL.canParse(iss) ? new URL(iss).origin : undefined;
  if (origin === undefined || origin !== originOf(endpoints.authorizationUrl)) {
    throw new OAuthError('issuer_mismatch', 'The answer is from another provider.');
  }
}

function originOf(url: string | null): string | undefined {
  return url === null ? undefined : new URL(url).origin;
}
