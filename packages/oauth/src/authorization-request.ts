import { createHash } from 'node:crypto';
import type { TokenExtras } from './token-extras.ts';

/** 256 bits each, as base64url: 43 characters, the least that RFC 7636 §4.1 allows for a verifier. */
const RANDOM_BYTES = 32;

/** What has to be remembered between leaving for the provider and coming back. */
export interface AuthorizationSecrets {
  readonly state: string;
  /** `undefined` only where a registry switched PKCE off. */
  readonly codeVerifier: string | undefined;
}

export function createAuthorizationSecrets(
  randomBytes: (size: number) => Uint8Array,
  codeChallengeMethod: 'S256' | 'none',
): AuthorizationSecrets {
  const random = () => Buffer.from(randomBytes(RANDOM_BYTES)).toString('base64url');
  return { state: random(), codeVerifier: codeChallengeMethod === 'S256' ? random() : undefined };
}

export interface AuthorizationUrlParts {
  readonly authorizationUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Empty: no `scope` is sent and the provider decides. */
  readonly scopes: readonly string[];
  readonly scopeSeparator: string;
  readonly secrets: AuthorizationSecrets;
  readonly extras: TokenExtras;
}

/** The address to send the browser to. @see RFC 6749 §4.1.1, RFC 7636 §4.3 */
export function buildAuthorizationUrl(parts: AuthorizationUrlParts): string {
  const url = new URL(parts.authorizationUrl);
  for (const { name, value } of parts.extras.parameters) url.searchParams.set(name, value);
  for (const resource of parts.extras.resources) url.searchParams.append('resource', resource);
  url.searchParams.set('response_type', 'code');
  url.searchParams.set('client_id', parts.clientId);
  url.searchParams.set('redirect_uri', parts.redirectUri);
  url.searchParams.set('state', parts.secrets.state);
  if (parts.scopes.length > 0) url.searchParams.set('scope', parts.scopes.join(parts.scopeSeparator));
  if (parts.secrets.codeVerifier !== undefined) {
    url.searchParams.set('code_challenge', codeChallenge(parts.secrets.codeVerifier));
    url.searchParams.set('code_challenge_method', 'S256');
  }
  return url.toString();
}

function codeChallenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier, 'ascii').digest('base64url');
}
