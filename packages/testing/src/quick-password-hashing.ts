import { randomBytes, scryptSync } from 'node:crypto';
import type { HubOptions } from '@lockkeeper/hub';

/** Of the kind that users have, at a thousandth of the cost. */
export const quickPasswordHashing: NonNullable<HubOptions['passwordHashing']> = {
  hash: async (password) => hashWith(randomBytes(16).toString('hex'), password),
  verify: async ({ hash, password }) => hashWith(hash.split(':')[0] ?? '', password) === hash,
};

function hashWith(salt: string, password: string): string {
  return `${salt}:${scryptSync(password, salt, 64, { N: 16 }).toString('hex')}`;
}
