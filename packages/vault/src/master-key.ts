import { hkdfSync, randomBytes } from 'node:crypto';
import { chmod, open, readFile, stat } from 'node:fs/promises';
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
 * Judges the text of `LOCKKEEPER_MASTER_KEY`: base64 of 32 random bytes.
 *
 * @throws VaultError `vault.master_key_missing`, or `vault.master_key_invalid` for a key that is short, long or
 * visibly not random (one byte repeated, a counting sequence, typed text): such keys come from examples.
 */
export function parseMasterKey(text: string | undefined): Secret {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') {
    throw new VaultError(
      'vault.master_key_missing',
      `LOCKKEEPER_MASTER_KEY is not set. ${HOW_TO_MAKE_ONE} Keep it apart from the database: without it no stored secret can be read.`,
    );
  }
  const standard = trimmed.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const bytes = Buffer.from(standard, 'base64');
  if (!/^[A-Za-z0-9+/]+$/.test(standard) || bytes.length !== MASTER_KEY_BYTES) {
    throw new VaultError(
      'vault.master_key_invalid',
      `LOCKKEEPER_MASTER_KEY must be base64 of exactly ${MASTER_KEY_BYTES} bytes. ${HOW_TO_MAKE_ONE}`,
    );
  }
  if (isVisiblyNotRandom(bytes)) {
    throw new VaultError(
      'vault.master_key_invalid',
      `LOCKKEEPER_MASTER_KEY is not random: it looks like a key from an example or like typed text. ${HOW_TO_MAKE_ONE}`,
    );
  }
  return new Secret(bytes.toString('base64'));
}

function isVisiblyNotRandom(bytes: Uint8Array): boolean {
  const isTypedText = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  const steps = new Set(bytes.slice(1).map((byte, index) => byte - (bytes[index] ?? 0)));
  return isTypedText || steps.size === 1 || new Set(bytes).size < FEWEST_DIFFERENT_BYTES;
}

/**
 * Reads the master key from a file, and makes it first where that is allowed.
 *
 * @param options.create only true where no database exists yet: a new key beside old data would hide the loss
 * @throws VaultError `vault.master_key_missing`, `vault.master_key_invalid`, `vault.key_file_unsafe`
 */
export async function loadMasterKeyFile(path: string, options: { create: boolean }): Promise<Secret> {
  if (options.create) await createKeyFile(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new VaultError(
      'vault.master_key_missing',
      `The key file ${path} cannot be read. Put the key file of this database back, or set LOCKKEEPER_MASTER_KEY.`,
      { cause },
    );
  }
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new VaultError(
      'vault.key_file_unsafe',
      `The key file ${path} is readable by others. Run: chmod 600 ${path}`,
    );
  }
  return parseMasterKey(text);
}

/** `wx` lets one of two starting processes win; the file is 0600 from its first moment, whatever the umask. */
async function createKeyFile(path: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(path, 0o600);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw error;
  }
}

/** A key for another purpose (signing cookies, a signing key of the instance) that does not reveal the master key. */
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
