import type { Identity, Recipient } from 'age-encryption';
import { keyEncryptionIdOf } from './key-encryption.ts';
import { deriveSecret } from './master-key.ts';
import type { Secret } from './secret.ts';
import { VaultError } from './vault-error.ts';

/** Names the master key in the readable header of the file; programs that do not know it skip it. */
const MASTER_KEY_STANZA = 'lockkeeper-master-key';

/** PKCS #8 of an X25519 key up to its 32 bytes (RFC 8410). */
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/**
 * Encrypts a backup as an age file (age-encryption.org/v1) to a key derived from the master key. The format is one of
 * chunks that are counted and whose last one is marked, so that a file that was cut or changed is noticed.
 */
export async function encryptBackup(
  plain: ReadableStream<Uint8Array>,
  masterKey: Secret,
): Promise<ReadableStream<Uint8Array>> {
  // Loaded by the few commands that need it.
  const { Encrypter, Stanza, identityToRecipient } = await import('age-encryption');
  const named: Recipient = {
    wrapFileKey: () => [new Stanza([MASTER_KEY_STANZA, keyEncryptionIdOf(masterKey)], new Uint8Array(0))],
  };
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(await backupKeyOf(masterKey)));
  encrypter.addRecipient(named);
  return encrypter.encrypt(plain);
}

/**
 * Decrypts a backup, piece by piece.
 *
 * @param masterKeys any of them may be the one
 * @throws VaultError `vault.backup_key_wrong`, `vault.backup_damaged`; while it is read, too
 */
export async function* decryptBackup(
  sealed: ReadableStream<Uint8Array>,
  masterKeys: readonly Secret[],
): AsyncGenerator<Uint8Array> {
  const { Decrypter } = await import('age-encryption');
  let needed: string | undefined;
  const reader: Identity = {
    unwrapFileKey: (stanzas) => {
      needed = stanzas.find(({ args }) => args[0] === MASTER_KEY_STANZA)?.args[1];
      return null;
    },
  };
  const decrypter = new Decrypter();
  decrypter.addIdentity(reader);
  for (const masterKey of masterKeys) decrypter.addIdentity(await backupKeyOf(masterKey));
  const given = masterKeys.map(keyEncryptionIdOf);
  try {
    const plain = await decrypter.decrypt(sealed);
    for await (const chunk of plain) yield chunk;
  } catch (cause) {
    if (needed !== undefined && !given.includes(needed)) {
      throw new VaultError(
        'vault.backup_key_wrong',
        `The backup was made with the master key ${needed}; given was ${given.join(', ')}. ` +
          'Put the right one into LOCKKEEPER_MASTER_KEY or into the key file.',
        { cause },
      );
    }
    throw new VaultError(
      'vault.backup_damaged',
      'The file is not a whole, unchanged backup of Lockkeeper: it was cut, changed, or is something else.',
      { cause },
    );
  }
}

async function backupKeyOf(masterKey: Secret) {
  const seed = Buffer.from(deriveSecret(masterKey, 'backup').reveal(), 'base64url');
  const pkcs8 = Buffer.concat([X25519_PKCS8, seed]);
  return crypto.subtle.importKey('pkcs8', pkcs8, { name: 'X25519' }, false, ['deriveBits']);
}
