import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { expect, test } from 'vitest';
import { decryptBackup, encryptBackup } from './backup-cipher.ts';
import { keyEncryptionIdOf } from './key-encryption.ts';
import { deriveSecret, parseMasterKey } from './master-key.ts';

const aKey = () => parseMasterKey(randomBytes(32).toString('base64'));
const CHUNK = 64 * 1024;

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const streamOf = (bytes: Uint8Array) => ReadableStream.from([bytes]);
const sealed = async (bytes: Uint8Array, key = aKey()) => bytesOf(await encryptBackup(streamOf(bytes), key));

test('a backup opens with its master key, also when it is a former one', async () => {
  const key = aKey();
  const plain = randomBytes(3 * CHUNK + 17);
  const file = await sealed(plain, key);
  expect(await bytesOf(decryptBackup(streamOf(file), [aKey(), key]))).toEqual(plain);
});

test('another master key is refused, and the message names the one that is needed', async () => {
  const key = aKey();
  const file = await sealed(randomBytes(10), key);
  await expect(bytesOf(decryptBackup(streamOf(file), [aKey()]))).rejects.toMatchObject({
    code: 'vault.backup_key_wrong',
    message: expect.stringContaining(keyEncryptionIdOf(key)),
  });
});

test('a file that ends at a chunk is noticed, and so are chunks in another order', async () => {
  const key = aKey();
  const file = await sealed(randomBytes(3 * CHUNK), key);
  const body = file.length - 3 * (CHUNK + 16);
  const [one, two] = [body, body + CHUNK + 16];
  const swapped = Buffer.concat([
    file.subarray(0, one),
    file.subarray(two, two + CHUNK + 16),
    file.subarray(one, two),
    file.subarray(two + CHUNK + 16),
  ]);
  for (const changed of [file.subarray(0, two), file.subarray(0, two + CHUNK + 16), swapped]) {
    await expect(bytesOf(decryptBackup(streamOf(changed), [key]))).rejects.toMatchObject({
      code: 'vault.backup_damaged',
    });
  }
});

test('KE-09: node:crypto, after the published format, opens what was sealed', async () => {
  const key = aKey();
  const plain = randomBytes(CHUNK + 1000);
  const file = await sealed(plain, key);
  expect(openAgeFile(file, Buffer.from(deriveSecret(key, 'backup').reveal(), 'base64url'))).toEqual(plain);
});

/** @see https://age-encryption.org/v1 */
function openAgeFile(file: Buffer, secret: Buffer): Buffer {
  const mac = file.indexOf('\n--- ') + 1;
  const end = file.indexOf('\n', mac) + 1;
  const header = file.subarray(0, mac).toString();
  const [, share = '', wrapped = ''] = /-> X25519 (\S+)\n(\S+)\n/.exec(header) ?? [];
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret]),
    format: 'der',
    type: 'pkcs8',
  });
  const raw = (der: Buffer) => der.subarray(-32);
  const ours = raw(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }));
  const theirs = Buffer.from(share, 'base64');
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), theirs]),
    format: 'der',
    type: 'spki',
  });
  const shared = diffieHellman({ privateKey, publicKey });
  const wrap = hkdfSync('sha256', shared, Buffer.concat([theirs, ours]), 'age-encryption.org/v1/X25519', 32);
  const fileKey = opened(Buffer.from(wrap), Buffer.alloc(12), Buffer.from(wrapped, 'base64'));
  const macKey = Buffer.from(hkdfSync('sha256', fileKey, '', 'header', 32));
  const expected = createHmac('sha256', macKey)
    .update(file.subarray(0, mac + 3))
    .digest('base64');
  expect(file.subarray(mac + 4, end - 1).toString()).toBe(expected.replace(/=+$/, ''));

  const payloadKey = Buffer.from(hkdfSync('sha256', fileKey, file.subarray(end, end + 16), 'payload', 32));
  const plain: Buffer[] = [];
  let counter = 0;
  for (let at = end + 16; at < file.length; at += CHUNK + 16) {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(counter++, 7);
    nonce[11] = at + CHUNK + 16 >= file.length ? 1 : 0;
    plain.push(opened(payloadKey, nonce, file.subarray(at, at + CHUNK + 16)));
  }
  return Buffer.concat(plain);
}

function opened(key: Buffer, nonce: Buffer, box: Buffer): Buffer {
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(box.subarray(-16));
  return Buffer.concat([decipher.update(box.subarray(0, -16)), decipher.final()]);
}
