import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { z } from 'zod';

/** Protected header of a value sealed at rest: which data key, and the place it is for. */
export interface SealedHeader {
  readonly kid: string;
  readonly ctx: string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Header, no encrypted key (`dir`), 12 bytes of initialization vector, ciphertext, 16 bytes of tag; RFC 7516 section 7.1. */
const SHAPE = /^([\w-]+)\.\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$/;

const headerSchema = z.strictObject({
  alg: z.literal('dir'),
  enc: z.literal('A256GCM'),
  kid: z.string(),
  ctx: z.string(),
});

/**
 * Encrypts to a compact JWE of `alg` dir (RFC 7518 section 4.5) and `enc` A256GCM (section 5.3).
 *
 * The standard format that jose writes too, made on the calling thread: jose goes through WebCrypto, which hands each value to
 * another thread and back, and for values as small as a token that costs many times what the encryption does.
 *
 * @param key 256 bits
 */
export function encryptCompact(plaintext: Uint8Array, key: KeyObject, { kid, ctx }: SealedHeader): string {
  const header = encode(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid, ctx }));
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(header, 'ascii'));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return `${header}..${encode(iv)}.${encode(ciphertext)}.${encode(cipher.getAuthTag())}`;
}

/** @throws when the text is not what {@link encryptCompact} makes, or was made by another key or changed since */
export function decryptCompact(text: string, key: KeyObject): { plaintext: Buffer; header: SealedHeader } {
  const [, header = '', iv = '', ciphertext = '', tag = ''] = SHAPE.exec(text) ?? [];
  const decipher = createDecipheriv('aes-256-gcm', key, decode(iv), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(header, 'ascii'));
  decipher.setAuthTag(decode(tag));
  const plaintext = Buffer.concat([decipher.update(decode(ciphertext)), decipher.final()]);
  return { plaintext, header: parseHeader(header) };
}

/** What the header says; nothing proves it before the value is decrypted. @throws when the text is no sealed value */
export function headerOf(text: string): SealedHeader {
  return parseHeader(text.slice(0, Math.max(0, text.indexOf('.'))));
}

function parseHeader(header: string): SealedHeader {
  return headerSchema.parse(JSON.parse(decode(header).toString()));
}

const encode = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
const decode = (text: string): Buffer => Buffer.from(text, 'base64url');
