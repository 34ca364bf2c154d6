import type { FastifyReply, FastifyRequest } from 'fastify';
import { withImpliedScopes } from '../oauth/scopes.ts';
import type { TokenStore } from '../oauth/token-store.ts';
import type { Switches } from '../switches/switches.ts';
import { ApiError } from './api-error.ts';
import { type Caller, callerId } from './caller.ts';
import type { RateLimit } from './rate-limit.ts';

/** Tells who calls, counts the call and demands the scopes. @throws ApiError 401, 429, 403 */
export type AuthorizeCall = (
  request: FastifyRequest,
  reply: FastifyReply,
  ...needed: readonly string[]
) => Caller;

const challenge = { 'www-authenticate': 'Bearer realm="Bitbucket.org HTTP"' };

export function createAuthorizeCall(parts: {
  readonly tokens: TokenStore;
  readonly switches: Switches;
  readonly rateLimit: RateLimit;
  readonly now: () => Date;
}): AuthorizeCall {
  const { tokens, switches, rateLimit, now } = parts;

  const authenticate = (request: FastifyRequest): Caller => {
    // Only the header counts: a token in the query or in the body is as good as none.
    const text = /^bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const token = tokens.findAccessToken(text);
    if (token === undefined) {
      const message = 'Token is invalid, expired, or not supported for this endpoint.';
      throw new ApiError(401, message, { headers: challenge });
    }
    if (now() >= token.expiresAt) {
      const message = 'Access token expired. Use your refresh token to obtain a new access token.';
      throw new ApiError(401, message, { headers: challenge });
    }
    return { grant: token.grant };
  };

  const count = (reply: FastifyReply, caller: Caller): void => {
    const { isExceeded, limit, remaining, resetSeconds } = rateLimit.count(callerId(caller));
    if (switches.rateLimitHeaders && limit > 0) {
      reply.header('x-ratelimit-limit', `${limit}, ${limit};w=3600`);
      reply.header('x-ratelimit-resource', 'api-repositories');
      reply.header('x-ratelimit-reset', String(resetSeconds));
      reply.header('x-ratelimit-nearlimit', String(remaining < limit / 5));
    }
    if (!isExceeded) return;
    const headers = switches.retryAfter ? { 'retry-after': String(resetSeconds) } : {};
    throw new ApiError(429, 'Rate limit for this resource has been exceeded', { headers });
  };

  return (request, reply, ...needed) => {
    const caller = authenticate(request);
    const { scopes } = caller.grant;
    if (switches.scopeHeaders) {
      reply.header('x-oauth-scopes', scopes.join(', '));
      reply.header('x-accepted-oauth-scopes', needed.join(', '));
    }
    if (request.url.startsWith('/2.0/repositories/')) count(reply, caller);
    const granted = withImpliedScopes(scopes);
    if (switches.permissionChecks && !needed.every((scope) => granted.has(scope))) {
      const detail = { required: needed, granted: scopes };
      throw new ApiError(403, 'Your credentials lack one or more required privilege scopes.', { detail });
    }
    return caller;
  };
}
