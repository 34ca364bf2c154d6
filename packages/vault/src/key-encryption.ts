import { createHash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { deriveSecret } from './master-key.ts';
import type { Secret } from './secret.ts';

/**
 * A key-encryption key: it wraps data keys and nothing else. The local one lives in this process; an external
 * key management service implements the same three members.
 */
export interface KeyEncryption {
  /** Stored beside every data key it wrapped; names the key without revealing it. */
  readonly id: string;
  wrap(dataKey: Uint8Array, dataKeyId: string): Promise<string>;
  /** @throws when the text was not made by this key for this data key id */
  unwrap(wrapped: string, dataKeyId: string): Promise<Uint8Array>;
}

/** The id under which a master key appears beside what it wrapped. */
export function keyEncryptionIdOf(masterKey: Secret): string {
  return localKeyEncryption(masterKey).id;
}

/** Wraps data keys under the master key, as JWE (`dir`, A256GCM) with the data key's id in the protected header. */
export function localKeyEncryption(masterKey: Secret): KeyEncryption {
  const key = Buffer.from(deriveSecret(masterKey, 'key-encryption').reveal(), 'base64url');
  // Safe to show: the derived key has 256 bits of entropy, so its hash tells nothing about it.
  const id = `kek_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  return {
    id,
    wrap(dataKey, dataKeyId) {
      return new CompactEncrypt(dataKey)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id, ctx: dataKeyId })
        .encrypt(key);
    },
    async unwrap(wrapped, dataKeyId) {
      const { plaintext, protectedHeader } = await compactDecrypt(wrapped, key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      if (protectedHeader.ctx !== dataKeyId) throw new Error('the wrapped key belongs to another data key');
      return plaintext;
    },
  };
}
