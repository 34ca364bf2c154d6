import { createHash } from 'node:crypto';

/** @see RFC 7636 §4.6, method S256 */
export function meetsCodeChallenge(codeChallenge: string, codeVerifier: string | undefined): boolean {
  if (codeVerifier === undefined || !/^[A-Za-z0-9\-._~]{43,128}$/.test(codeVerifier)) return false;
  return createHash('sha256').update(codeVerifier).digest('base64url') === codeChallenge;
}
