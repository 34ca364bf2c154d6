import { createHash } from 'node:crypto';
import type { Secret } from '@lockkeeper/vault';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { z } from 'zod';

const content = z.object({ principalId: z.string(), key: z.string(), body: z.string() });
type Content = z.infer<typeof content>;

/**
 * Answers that wait to be given again may hold what is shown once, such as an API key. They lie in the database for a
 * day, sealed, and each opens only for the principal and the key that it was given to.
 */
export interface AnswerSealing {
  seal(answer: Content): Promise<string>;
  /** @returns undefined for what does not open, or belongs elsewhere */
  open(sealed: string, place: Omit<Content, 'body'>): Promise<string | undefined>;
}

export function createAnswerSealing(secret: Secret): AnswerSealing {
  const key = createHash('sha256').update('answers').update(secret.reveal()).digest();
  return {
    seal: (answer) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(answer)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(key),

    async open(sealed, place) {
      try {
        const { plaintext } = await compactDecrypt(sealed, key, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        const opened = content.parse(JSON.parse(Buffer.from(plaintext).toString()));
        const fits = opened.principalId === place.principalId && opened.key === place.key;
        return fits ? opened.body : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
