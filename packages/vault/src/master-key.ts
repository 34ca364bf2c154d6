import { hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from './secret.ts';
import { VaultError } from './vault-error.ts';

const MASTER_KEY_BYTES = 32;
/** 32 random bytes have fewer than 16 different values less than once in 10^15 draws. */
const FEWEST_DIFFERENT_BYTES = 16;
const HOW_TO_MAKE_ONE = 'Make one with `openssl rand -base64 32`.';

/** The bytes of a master key that {@link parseMasterKey} accepted. */
export function masterKeyBytes(masterKey: Secret): Uint8Array {
  return Buffer.from(masterKey.reveal(), 'base64');
}

/**
 * Judges the text of a master key: base64 of 32 random bytes.
 *
 * @param source what to call it in messages
 * @throws VaultError `vault.master_key_missing`, or `vault.master_key_invalid` for a key that is short, long or
 * visibly not random (one byte repeated, a counting sequence, typed text): such keys come from examples.
 */
export function parseMasterKey(text: string | undefined, source = 'LOCKKEEPER_MASTER_KEY'): Secret {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') {
    throw new VaultError(
      'vault.master_key_missing',
      `${source} is not set. ${HOW_TO_MAKE_ONE} Keep it apart from the database: without it no stored secret can be read.`,
    );
  }
  const standard = trimmed.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const bytes = Buffer.from(standard, 'base64');
  if (!/^[A-Za-z0-9+/]+$/.test(standard) || bytes.length !== MASTER_KEY_BYTES) {
    throw new VaultError(
      'vault.master_key_invalid',
      `${source} must be base64 of exactly ${MASTER_KEY_BYTES} bytes. ${HOW_TO_MAKE_ONE}`,
    );
  }
  if (isVisiblyNotRandom(bytes)) {
    throw new VaultError(
      'vault.master_key_invalid',
      `${source} is not random: it looks like a key from an example or like typed text. ${HOW_TO_MAKE_ONE}`,
    );
  }
  return new Secret(bytes.toString('base64'));
}

function isVisiblyNotRandom(bytes: Uint8Array): boolean {
  const isTypedText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const steps = new Set(bytes.slice(1).map((byte, index) => byte - (bytes[index] ?? 0)));
  return isTypedText || steps.size === 1 || new Set(bytes).size < FEWEST_DIFFERENT_BYTES;
}

/** @returns the text of a new master key */
export function newMasterKey(): string {
  return randomBytes(MASTER_KEY_BYTES).toString('base64');
}

/** A key for another purpose (wrapping data keys, opening backups) that does not reveal the master key. */
export function deriveSecret(masterKey: Secret, purpose: string): Secret {
  const derived = hkdfSync(
    'sha256',
    masterKeyBytes(masterKey),
    '',
    `lockkeeper/${purpose}`,
    MASTER_KEY_BYTES,
  );
  return new Secret(Buffer.from(derived).toString('base64url'));
}

/** The key that wraps, and former ones that still unwrap. */
export interface MasterKeys {
  readonly current: Secret;
  readonly previous: readonly Secret[];
}

/** @param previous `LOCKKEEPER_PREVIOUS_MASTER_KEYS`: former keys, separated by commas */
export function parseMasterKeys(current: string | undefined, previous: string | undefined): MasterKeys {
  const former = (previous ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean);
  return {
    current: parseMasterKey(current),
    previous: former.map((text) => parseMasterKey(text, 'LOCKKEEPER_PREVIOUS_MASTER_KEYS')),
  };
}
