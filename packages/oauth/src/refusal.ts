import type { Answer } from './answer.ts';
import { foreignText, OAuthError, type OAuthErrorCode } from './oauth-error.ts';
import type { OAuthProvider } from './provider.ts';

/** What the errors of RFC 6749 §5.2 mean to us. */
const standardMeanings: Readonly<Record<string, OAuthErrorCode>> = {
  invalid_client: 'client_refused',
  invalid_grant: 'invalid_grant',
  invalid_scope: 'invalid_scope',
  // RFC 8707 §2
  invalid_target: 'invalid_target',
  unauthorized_client: 'grant_not_allowed',
  unsupported_grant_type: 'grant_not_allowed',
  invalid_request: 'request_refused',
  server_error: 'provider_unavailable',
  temporarily_unavailable: 'provider_unavailable',
};

/** The typed error for an answer that refuses (RFC 6749 §5.2), or that is an error of HTTP alone. */
export function refusal(answer: Answer, provider: OAuthProvider): OAuthError {
  const providerError = foreignText(textMember(answer, 'error'));
  const providerDescription = foreignText(textMember(answer, 'error_description'));
  const code = meaning(answer.status, providerError, providerDescription, provider);
  const said = providerError ? `"${providerError}"` : `HTTP status ${answer.status}`;
  return new OAuthError(code, `${provider.shortName} answered ${said}.`, {
    providerError,
    providerDescription,
    httpStatus: answer.status,
    providerRequestId: answer.requestId,
    retryAfterMs: answer.retryAfterMs,
  });
}

function meaning(
  status: number,
  error: string | undefined,
  description: string | undefined,
  provider: OAuthProvider,
): OAuthErrorCode {
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'provider_unavailable';
  if (error === undefined) return status === 401 ? 'client_refused' : 'answer_not_json';
  // Providers call a differing redirect URI invalid_grant or invalid_request; the description alone tells.
  if (/redirect[_ ]?uri|callback/i.test(`${error} ${description ?? ''}`)) return 'redirect_uri_mismatch';
  // Bitbucket, once; RFC 6749 §5.2 wants invalid_grant for a refresh token that is not valid.
  if (error === 'invalid_request' && /invalid refresh.?token/i.test(description ?? ''))
    return 'invalid_grant';
  const known = { ...standardMeanings, ...provider.errorMeanings };
  return Object.hasOwn(known, error) ? (known[error] ?? 'request_refused') : 'request_refused';
}

function textMember(answer: Answer, name: string): string | undefined {
  const value = answer.body?.get(name);
  return typeof value === 'string' ? value : undefined;
}
