import { isAskedAnew } from '../applications/token-ask.ts';
import { HubError } from '../http/hub-error.ts';
import type { StoredToken } from './token.ts';

const consentAgain = ['Open the credential.', 'Choose Get OAuth Token and grant access.'];
const getAgain = ['Open the credential.', 'Choose Get OAuth Token.'];

/** Why there is no token to be had, until a person does something. */
export function noToken(token: StoredToken | undefined): HubError {
  if (token === undefined) {
    return new HubError('token.none', {
      detail: 'Nobody has chosen Get OAuth Token yet.',
      remedy: consentAgain,
    });
  }
  if (token.state === 'revoked') {
    const remedy = isAskedAnew(token.grantType) ? getAgain : consentAgain;
    return new HubError('token.revoked', { remedy });
  }
  if (token.state === 'needs_authorization') {
    return new HubError('token.needs_authorization', {
      ...(token.problem && { detail: token.problem.detail }),
      remedy: consentAgain,
    });
  }
  return new HubError('token.not_refreshable', {
    detail: 'The access token has expired, and the provider issued no refresh token to renew it.',
    remedy: consentAgain,
  });
}

/** Why there is no token right now; it will be tried again without anybody's help. */
export function unavailable(token: StoredToken, now: Date, why?: string): HubError {
  const waitMs = token.retryAt ? token.retryAt.getTime() - now.getTime() : 1000;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new HubError('token.unavailable', {
    detail: why ?? token.problem?.detail ?? 'Another attempt is under way.',
    headers: { 'retry-after': String(seconds) },
  });
}
