import { hash, randomBytes } from 'node:crypto';
import { Secret } from '@lockkeeper/vault';

/**
 * A secret for a link, a key or an enrolment: 256 random bits, of which only the hash is stored. That many bits need no
 * slow hash, and looking the hash up by an index leaks nothing of use.
 */
export function newOneTimeToken(prefix = ''): { token: Secret; hash: Buffer } {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  return { token: new Secret(token), hash: hashToken(token) };
}

export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
