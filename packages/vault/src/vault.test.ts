import { randomBytes } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { describe, expect, test } from 'vitest';
import { localKeyEncryption } from './key-encryption.ts';
import { type DataKeyStore, KeyRing, type StoredDataKey } from './key-ring.ts';
import { parseMasterKey } from './master-key.ts';
import { type SealingContext, sealingContextText } from './sealing-context.ts';
import { Secret } from './secret.ts';
import { createVault, dataKeyIdOf } from './vault.ts';

const context: SealingContext = { table: 'tokens', rowId: 'tok_1', column: 'access_token', version: 3 };
const masterKey = () => parseMasterKey(randomBytes(32).toString('base64'));

function memoryStore(): DataKeyStore & { keys: StoredDataKey[] } {
  const keys: StoredDataKey[] = [];
  return {
    keys,
    list: async () => [...keys],
    async addCurrent(key, replaces) {
      if (keys.find((each) => each.isCurrent)?.id !== replaces) return;
      keys.splice(0, keys.length, ...keys.map((each) => ({ ...each, isCurrent: false })), key);
    },
  };
}

async function aVault() {
  const store = memoryStore();
  const keyEncryption = localKeyEncryption(masterKey());
  const ring = await KeyRing.open({ store, keyEncryption });
  return { vault: createVault(ring), ring, store, keyEncryption };
}

describe('sealing at rest', () => {
  test('opens what it sealed, in its own place', async () => {
    const { vault } = await aVault();
    const sealed = await vault.seal(new Secret('canary-access-token-ä-€'), context);
    expect(sealed).not.toContain('canary');
    expect((await vault.open(sealed, context)).reveal()).toBe('canary-access-token-ä-€');
  });

  test.each<[string, Partial<SealingContext>]>([
    ['another table', { table: 'application_registries' }],
    ['another row', { rowId: 'tok_2' }],
    ['another column', { column: 'refresh_token' }],
    ['an older version', { version: 2 }],
  ])('KE-01: a ciphertext copied to %s does not open', async (_name, other) => {
    const { vault } = await aVault();
    const sealed = await vault.seal(new Secret('canary-access-token'), context);
    await expect(vault.open(sealed, { ...context, ...other })).rejects.toMatchObject({
      code: 'vault.context_mismatch',
    });
  });

  test('KE-01: parts of a context cannot run into each other', async () => {
    const { vault } = await aVault();
    const sealed = await vault.seal(new Secret('x'), { ...context, table: 'a","b', rowId: 'c' });
    await expect(vault.open(sealed, { ...context, table: 'a', rowId: 'b","c' })).rejects.toThrow();
  });

  test('KE-02: no flipped byte and no shortened tag opens', async () => {
    const { vault } = await aVault();
    const sealed = await vault.seal(new Secret('canary-access-token'), context);
    const parts = sealed.split('.');
    const attempts: string[] = [];
    for (const index of [0, 2, 3, 4]) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      for (let position = 0; position < bytes.length; position++) {
        const flipped = Buffer.from(bytes);
        flipped[position] = (flipped[position] ?? 0) ^ 1;
        attempts.push(parts.with(index, flipped.toString('base64url')).join('.'));
      }
    }
    const tag = Buffer.from(parts[4] ?? '', 'base64url');
    for (const length of [0, 1, 4, 8, 12, 15]) {
      attempts.push(parts.with(4, tag.subarray(0, length).toString('base64url')).join('.'));
    }
    expect(attempts.length).toBeGreaterThan(100);
    for (const attempt of attempts) await expect(vault.open(attempt, context)).rejects.toThrow();
  });

  test('KE-06: there is no fall-back to plaintext', async () => {
    const { vault } = await aVault();
    for (const plain of ['canary-plain', '', '{}', 'a.b.c.d.e', 'eyJhbGciOiJub25lIn0....']) {
      await expect(vault.open(plain, context)).rejects.toMatchObject({ code: 'vault.sealed_value_damaged' });
    }
  });

  test('KE-09: jose, as a second implementation, opens what the vault sealed, and the vault what jose sealed', async () => {
    const { vault, store, keyEncryption } = await aVault();
    const stored = store.keys[0];
    if (!stored) throw new Error('no key stored');
    const dataKey = await keyEncryption.unwrap(stored.wrapped, stored.id);
    const sealed = await vault.seal(new Secret('canary-second'), context);
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, dataKey);
    expect(new TextDecoder().decode(plaintext)).toBe('canary-second');
    const byJose = await new CompactEncrypt(new TextEncoder().encode('canary-third'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: stored.id, ctx: protectedHeader.ctx })
      .encrypt(dataKey);
    expect((await vault.open(byJose, context)).reveal()).toBe('canary-third');
  });

  test('KE-02: a header that asks for anything else than dir and A256GCM does not open', async () => {
    const { vault, store, keyEncryption } = await aVault();
    const stored = store.keys[0];
    if (!stored) throw new Error('no key stored');
    const dataKey = await keyEncryption.unwrap(stored.wrapped, stored.id);
    const header = { kid: stored.id, ctx: sealingContextText(context) };
    for (const other of [
      { alg: 'A256GCMKW', enc: 'A256GCM' },
      { alg: 'dir', enc: 'A256GCM', zip: 'DEF' },
    ] as const) {
      const sealed = await new CompactEncrypt(new TextEncoder().encode('canary'))
        .setProtectedHeader({ ...header, ...other })
        .encrypt(dataKey);
      await expect(vault.open(sealed, context)).rejects.toMatchObject({ code: 'vault.sealed_value_damaged' });
    }
  });
});

describe('the key ring', () => {
  test('KE-06: a wrong master key is found when the ring opens, before anything is written', async () => {
    const { store } = await aVault();
    const before = [...store.keys];
    await expect(
      KeyRing.open({ store, keyEncryption: localKeyEncryption(masterKey()) }),
    ).rejects.toMatchObject({
      code: 'vault.master_key_wrong',
    });
    expect(store.keys).toEqual(before);
  });

  test('the store holds no key in the clear, and no master key', async () => {
    const store = memoryStore();
    const master = masterKey();
    const keyEncryption = localKeyEncryption(master);
    await KeyRing.open({ store, keyEncryption });
    const [stored] = store.keys;
    if (!stored) throw new Error('no key stored');
    const dataKey = Buffer.from(await keyEncryption.unwrap(stored.wrapped, stored.id));
    const text = JSON.stringify(store.keys);
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      expect(text).not.toContain(dataKey.toString(encoding));
      expect(text).not.toContain(Buffer.from(master.reveal(), 'base64').toString(encoding));
    }
  });

  test('two instances that start at once on an empty store agree on one current key', async () => {
    const store = memoryStore();
    const keyEncryption = localKeyEncryption(masterKey());
    const [one, two] = await Promise.all([
      KeyRing.open({ store, keyEncryption }),
      KeyRing.open({ store, keyEncryption }),
    ]);
    expect(store.keys).toHaveLength(1);
    expect((await one.sealingKey()).id).toBe((await two.sealingKey()).id);
  });

  test('after a rotation new values use the new key and old ones still open, on every instance', async () => {
    const { vault, ring, store, keyEncryption } = await aVault();
    const other = createVault(await KeyRing.open({ store, keyEncryption }));
    const old = await vault.seal(new Secret('old'), context);
    const { id } = await ring.rotate();
    const fresh = await vault.seal(new Secret('fresh'), context);
    expect(dataKeyIdOf(fresh)).toBe(id);
    expect(dataKeyIdOf(old)).not.toBe(id);
    expect((await other.open(fresh, context)).reveal()).toBe('fresh');
    expect((await vault.open(old, context)).reveal()).toBe('old');
  });

  test('a data key moved to another id is refused', async () => {
    const { store, keyEncryption } = await aVault();
    store.keys.splice(0, 1, ...store.keys.map((key) => ({ ...key, id: 'dek_other' })));
    await expect(KeyRing.open({ store, keyEncryption })).rejects.toMatchObject({
      code: 'vault.sealed_value_damaged',
    });
  });
});
