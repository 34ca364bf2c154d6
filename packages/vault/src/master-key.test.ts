import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localKeyEncryption } from './key-encryption.ts';
import { deriveSecret, parseMasterKey, parseMasterKeys } from './master-key.ts';
import { addMasterKey, loadMasterKeyFile, retireMasterKeyInFile } from './master-key-file.ts';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('KE-06: a master key that is missing, short or known is refused', () => {
  test.each([
    ['missing', undefined, 'vault.master_key_missing'],
    ['empty', '   ', 'vault.master_key_missing'],
    ['short', base64(randomBytes(31)), 'vault.master_key_invalid'],
    ['long', base64(randomBytes(33)), 'vault.master_key_invalid'],
    ['not base64', 'not base64 at all, but long enough to be one!', 'vault.master_key_invalid'],
    ['all zero', base64(new Uint8Array(32)), 'vault.master_key_invalid'],
    ['one byte repeated', base64(new Uint8Array(32).fill(0x61)), 'vault.master_key_invalid'],
    ['counting up', base64(Uint8Array.from({ length: 32 }, (_, i) => i)), 'vault.master_key_invalid'],
    ['typed text', base64(Buffer.from('please-change-me-before-release!')), 'vault.master_key_invalid'],
  ])('%s', (_name, text, code) => {
    expect(() => parseMasterKey(text)).toThrow(expect.objectContaining({ code }));
  });

  test('the message never repeats the key', () => {
    const key = base64(new Uint8Array(32).fill(0x61));
    expect(() => parseMasterKey(key)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(key) }),
    );
  });

  test('a random key is accepted as base64 and as base64url', () => {
    const bytes = randomBytes(32);
    expect(parseMasterKey(bytes.toString('base64')).reveal()).toBe(bytes.toString('base64'));
    expect(parseMasterKey(`${bytes.toString('base64url')}\n`).reveal()).toBe(bytes.toString('base64'));
  });
});

describe('the key file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockkeeper-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('KE-06: is created once with mode 0600, and two creators agree', async () => {
    const path = join(folder, 'master.key');
    const [one, two] = await Promise.all([
      loadMasterKeyFile(path, { create: true }),
      loadMasterKeyFile(path, { create: true }),
    ]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(two.current.reveal()).toBe(one.current.reveal());
    expect((await readFile(path, 'utf8')).trim()).toBe(one.current.reveal());
  });

  test('KE-06: is not made anew beside existing data', async () => {
    const path = join(folder, 'master.key');
    await expect(loadMasterKeyFile(path, { create: false })).rejects.toMatchObject({
      code: 'vault.master_key_missing',
    });
    await expect(stat(path)).rejects.toThrow();
  });

  test('KE-06: is refused when others can read it', async () => {
    const path = join(folder, 'master.key');
    await writeFile(path, base64(randomBytes(32)));
    await chmod(path, 0o644);
    await expect(loadMasterKeyFile(path, { create: false })).rejects.toMatchObject({
      code: 'vault.key_file_unsafe',
    });
  });
});

describe('former master keys', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockkeeper-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('a new key goes on the first line of the key file, a retired one into a file of its own', async () => {
    const path = join(folder, 'master.key');
    const before = await loadMasterKeyFile(path, { create: true });
    await addMasterKey(path);
    const after = await loadMasterKeyFile(path, { create: false });
    expect(after.current.reveal()).not.toBe(before.current.reveal());
    expect(after.previous.map((key) => key.reveal())).toEqual([before.current.reveal()]);

    const { id } = localKeyEncryption(before.current);
    const keptIn = await retireMasterKeyInFile(path, id);
    expect((await loadMasterKeyFile(path, { create: false })).previous).toEqual([]);
    expect((await loadMasterKeyFile(keptIn, { create: false })).current.reveal()).toBe(
      before.current.reveal(),
    );
    for (const file of [path, keptIn]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['master.key', `retired-${id}.key`]);
  });

  test('the key that wraps cannot be retired', async () => {
    const path = join(folder, 'master.key');
    const { current } = await loadMasterKeyFile(path, { create: true });
    await expect(retireMasterKeyInFile(path, localKeyEncryption(current).id)).rejects.toMatchObject({
      code: 'vault.key_unknown',
    });
  });

  test('KE-06: a bad one is refused under the name of the variable it stands in', () => {
    const good = base64(randomBytes(32));
    expect(parseMasterKeys(good, ` ${good} ,${good}`).previous).toHaveLength(2);
    expect(() => parseMasterKeys(good, `${good},short`)).toThrow(
      expect.objectContaining({
        code: 'vault.master_key_invalid',
        message: expect.stringContaining('LOCKKEEPER_PREVIOUS_MASTER_KEYS must be'),
      }),
    );
  });
});

test('derived secrets differ by purpose and stay the same over restarts', () => {
  const master = parseMasterKey(base64(randomBytes(32)));
  expect(deriveSecret(master, 'sessions').reveal()).toBe(deriveSecret(master, 'sessions').reveal());
  expect(deriveSecret(master, 'sessions').reveal()).not.toBe(deriveSecret(master, 'other').reveal());
});
