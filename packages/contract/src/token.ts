import { z } from 'zod';
import { dateTime } from './field.ts';
import { credentialId, tokenRevocationId } from './id.ts';
import { providerAnswer } from './provider-answer.ts';

export const tokenState = z.enum([
  'none',
  'available',
  'refreshing',
  'uncertain',
  'needs_authorization',
  'revoked',
]);
export type TokenState = z.infer<typeof tokenState>;

/** What may be told of a token. The token itself is not part of it. */
export const tokenView = z.object({
  state: tokenState,
  version: z.int().min(0),
  issuedAt: dateTime.nullable(),
  /** When the access token ends. */
  expiresAt: dateTime.nullable(),
  /** When it will be refreshed ahead of its end; null when it cannot be. */
  refreshAt: dateTime.nullable(),
  hasRefreshToken: z.boolean(),
  /** When an unused refresh token dies, as far as known. */
  refreshTokenExpiresAt: dateTime.nullable(),
  /** When only a person can go on; null while it renews itself. */
  lapsesAt: dateTime.nullable(),
  /** What the profile asked for; empty means "as ticked at the provider". */
  scopesAsked: z.array(z.string()),
  scopesGranted: z.array(z.string()),
  /** Where the provider granted something else than was asked: what it left out, and what it added. */
  scopesMissing: z.array(z.string()),
  scopesAdded: z.array(z.string()),
  /** Permissions that the provider's tools need, with the provider's words for them. */
  permissions: z.array(
    z.object({ label: z.string(), scope: z.string(), granted: z.boolean(), remedy: z.string().nullable() }),
  ),
  lastRefreshAt: dateTime.nullable(),
  lastUsedAt: dateTime.nullable(),
  /** The last thing that went wrong and is not yet mended. */
  problem: z
    .object({
      code: z.string(),
      detail: z.string(),
      at: dateTime,
      retryAt: dateTime.nullable(),
      answer: providerAnswer.nullable(),
    })
    .nullable(),
  /** The walkthrough's sentence, such as "The OAuth Access token is available and will expire on 2026-11-23 15:00:12." */
  message: z.string(),
});
export type TokenView = z.infer<typeof tokenView>;

/** POST /credentials/{id}/authorization: open this in a window; the answer comes to /oauth_redirect.do. */
export const authorizationStarted = z.object({ authorizationUrl: z.string(), expiresAt: dateTime });
export type AuthorizationStarted = z.infer<typeof authorizationStarted>;

/** POST /credentials/{id}/access-token: handed out only where role and credential allow it; audited. */
export const accessTokenHandOut = z.object({
  credentialId,
  accessToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresAt: dateTime,
});
export type AccessTokenHandOut = z.infer<typeof accessTokenHandOut>;

/**
 * What became of a token at its provider; here it ends at once, whatever the provider does.
 *
 * - `pending`: the provider did not answer yet, and is asked again
 * - `revoked`: the provider confirmed it
 * - `local_only`: the provider offers no revocation
 * - `failed`: the provider refused, or could not be asked
 */
export const providerRevocationState = z.enum(['pending', 'revoked', 'local_only', 'failed']);
export type ProviderRevocationState = z.infer<typeof providerRevocationState>;

/** POST /credentials/{id}/token/revoke */
export const credentialTokenRevocation = z.object({
  token: tokenView,
  provider: providerRevocationState,
  detail: z.string(),
  /** Where to follow it: GET /token-revocations/{id}. */
  revocationId: tokenRevocationId,
});
export type CredentialTokenRevocation = z.infer<typeof credentialTokenRevocation>;
