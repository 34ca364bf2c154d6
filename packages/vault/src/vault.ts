import type { KeyObject } from 'node:crypto';
import { decryptCompact, encryptCompact, headerOf } from './compact-jwe.ts';
import type { KeyRing } from './key-ring.ts';
import { type SealingContext, sealingContextText } from './sealing-context.ts';
import { Secret } from './secret.ts';
import { VaultError } from './vault-error.ts';

/** Seals values for columns of a database and opens them again, only in the place they were sealed for. */
export interface Vault {
  /** A compact JWE (`dir`, A256GCM) whose protected header names the data key and the context. */
  seal(value: Secret, context: SealingContext): Promise<string>;
  /**
   * @throws VaultError `vault.sealed_value_damaged`, `vault.context_mismatch`, `vault.key_unknown`. Never falls back
   * to reading a value as plaintext.
   */
  open(sealed: string, context: SealingContext): Promise<Secret>;
  /**
   * The same value under the current data key. Its context stays what it is, so that a value in the wrong place stays
   * refused there.
   */
  reseal(sealed: string): Promise<string>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export function createVault(keyRing: KeyRing): Vault {
  return {
    async seal(value, context) {
      const { id, key } = await keyRing.sealingKey();
      return encryptCompact(encoder.encode(value.reveal()), key, {
        kid: id,
        ctx: sealingContextText(context),
      });
    },
    async open(sealed, context) {
      const { key } = await keyRing.get(dataKeyIdOf(sealed));
      const { plaintext, header } = decrypt(sealed, key);
      if (header.ctx !== sealingContextText(context)) {
        throw new VaultError(
          'vault.context_mismatch',
          `The sealed value in ${context.table}.${context.column} of ${context.rowId} was sealed for another place or an older version.`,
        );
      }
      return new Secret(decoder.decode(plaintext));
    },
    async reseal(sealed) {
      const { key } = await keyRing.get(dataKeyIdOf(sealed));
      const { plaintext, header } = decrypt(sealed, key);
      const current = await keyRing.sealingKey();
      const anew = encryptCompact(plaintext, current.key, { kid: current.id, ctx: header.ctx });
      plaintext.fill(0);
      return anew;
    },
  };
}

/** The id of the data key a value is sealed with: what a rotation has still to do is found by it. */
export function dataKeyIdOf(sealed: string): string {
  try {
    return headerOf(sealed).kid;
  } catch (cause) {
    throw damaged(cause);
  }
}

function decrypt(sealed: string, key: KeyObject) {
  try {
    return decryptCompact(sealed, key);
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause: unknown): VaultError {
  return new VaultError('vault.sealed_value_damaged', 'The sealed value is damaged or not a sealed value.', {
    cause,
  });
}
