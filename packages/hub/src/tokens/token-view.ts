import type { TokenView } from '@lockkeeper/contract';
import type { OAuthProvider } from '@lockkeeper/oauth';
import { isRefreshable, isUsable, type StoredToken } from './token.ts';

/** What the API tells of a token. */
export function tokenView(token: StoredToken | undefined, provider: OAuthProvider, now: Date): TokenView {
  return {
    state: token?.state ?? 'none',
    version: token?.version ?? 0,
    issuedAt: iso(token?.issuedAt),
    expiresAt: iso(token?.expiresAt),
    refreshAt: token && isRefreshable(token) ? iso(later(token.refreshAt, token.retryAt)) : null,
    hasRefreshToken: token?.refreshToken !== undefined,
    refreshTokenExpiresAt: iso(token?.refreshTokenExpiresAt),
    lapsesAt: iso(token?.lapsesAt),
    scopesAsked: [...(token?.scopesAsked ?? [])],
    scopesGranted: [...grantedScopes(token)],
    ...scopeDifference(token),
    permissions: permissionsOf(token, provider),
    lastRefreshAt: iso(token?.lastRefreshAt),
    lastUsedAt: iso(token?.lastUsedAt),
    problem: token?.problem
      ? { ...token.problem, answer: token.problem.answer ?? null, retryAt: iso(token.retryAt) }
      : null,
    message: messageOf(token, now),
  };
}

export function grantedScopes(token: StoredToken | undefined): readonly string[] {
  return token?.scopesGranted ?? token?.scopesAsked ?? [];
}

/** What a provider granted in spite of what was asked (RFC 6749 §3.3). Nothing asked: whatever it gave is right. */
function scopeDifference(token: StoredToken | undefined): Pick<TokenView, 'scopesMissing' | 'scopesAdded'> {
  const asked = token?.scopesAsked ?? [];
  if (asked.length === 0) return { scopesMissing: [], scopesAdded: [] };
  const granted = grantedScopes(token);
  return {
    scopesMissing: asked.filter((scope) => !granted.includes(scope)),
    scopesAdded: granted.filter((scope) => !asked.includes(scope)),
  };
}

/** Which of the permissions that our tools need were granted; nothing while there is no token to tell. */
function permissionsOf(token: StoredToken | undefined, provider: OAuthProvider): TokenView['permissions'] {
  if (!token?.accessToken) return [];
  const granted = new Set(grantedScopes(token));
  return provider.permissions.map(({ scope, label, impliedBy }) => {
    const isGranted = granted.has(scope) || impliedBy.some((other) => granted.has(other));
    const remedy = `Tick ${label} on the ${provider.words.application} in ${provider.shortName}, then Get OAuth Token again.`;
    return { label, scope, granted: isGranted, remedy: isGranted ? null : remedy };
  });
}

const NOT_AVAILABLE =
  "OAuth Access or Refresh tokens are not available. Verify the OAuth configuration and click the 'Get OAuth Token' link.";

function messageOf(token: StoredToken | undefined, now: Date): string {
  if (!token) return NOT_AVAILABLE;
  if (token.state === 'revoked')
    return "The OAuth tokens were revoked. Click the 'Get OAuth Token' link for new ones.";
  if (token.state === 'needs_authorization') {
    return "The OAuth tokens cannot be renewed any more. Click the 'Get OAuth Token' link and grant access again.";
  }
  if (isUsable(token, now) && token.expiresAt) {
    return `The OAuth Access token is available and will expire on ${readableTime(token.expiresAt)}.`;
  }
  return isRefreshable(token)
    ? 'The OAuth Access token has expired and is renewed with the next use.'
    : "The OAuth Access token has expired. Click the 'Get OAuth Token' link for a new one.";
}

/** `2026-11-23 15:00:12`, UTC. */
export function readableTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

function iso(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}

function later(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (!one || !other) return one ?? other;
  return one > other ? one : other;
}
