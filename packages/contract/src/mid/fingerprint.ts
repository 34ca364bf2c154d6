import { fromBase64url, toBase64url } from './base64url.ts';

const GROUP_DIGITS = 4;

/** SHA-256 of an agent's signing and sealing keys as 16 groups of 4 hex digits: what two people compare. */
export async function agentFingerprint(signingKey: string, sealingKey: string): Promise<string> {
  const keys = new Uint8Array([...fromBase64url(signingKey), ...fromBase64url(sealingKey)]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', keys));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return fingerprintGroups(hex).join(' ');
}

/** However it was typed or pasted: groups of 4 hex digits. */
export function fingerprintGroups(text: string): string[] {
  const digits = text.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return digits.match(new RegExp(`.{1,${GROUP_DIGITS}}`, 'g')) ?? [];
}

export function sameFingerprint(a: string, b: string): boolean {
  const groups = fingerprintGroups(a);
  return groups.length === 16 && groups.join('') === fingerprintGroups(b).join('');
}

/** A short name of the instance's public key that travels inside an enrolment token: 128 bits of its SHA-256. */
export async function instanceKeyThumbprint(publicKey: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', fromBase64url(publicKey)));
  return toBase64url(digest.subarray(0, 16));
}
