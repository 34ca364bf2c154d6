import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { type KeyEncryption, localKeyEncryption } from './key-encryption.ts';
import { KeyRing, type StoredDataKey } from './key-ring.ts';
import { parseMasterKey } from './master-key.ts';
import { Secret } from './secret.ts';
import { createVault, type Vault } from './vault.ts';

const MINUTE = 60_000;
const place = { table: 'tokens', rowId: 'tok_1', column: 'access_token', version: 1 };

/** A key management service that a test can take away. */
class RemoteKeyEncryption implements KeyEncryption {
  readonly #local = localKeyEncryption(parseMasterKey(randomBytes(32).toString('base64')));
  readonly id = this.#local.id;
  state: 'up' | 'down' | 'slow' = 'up';
  calls = 0;

  wrap = (dataKey: Uint8Array, id: string) => this.#answer(() => this.#local.wrap(dataKey, id));
  unwrap = (wrapped: string, id: string) => this.#answer(() => this.#local.unwrap(wrapped, id));

  #answer<T>(answer: () => Promise<T>): Promise<T> {
    this.calls++;
    if (this.state === 'down') return Promise.reject(new Error('connect ECONNREFUSED'));
    return this.state === 'slow' ? new Promise(() => {}) : answer();
  }
}

describe.each(['down', 'slow'] as const)('KE-07: a key management service that is %s', (state) => {
  let remote: RemoteKeyEncryption;
  let vault: Vault;
  let sealed: string;
  let nowMs = 0;
  const open = async () => (await vault.open(sealed, place)).reveal();
  const seal = () => vault.seal(new Secret('canary-new'), place);

  beforeEach(async () => {
    remote = new RemoteKeyEncryption();
    const keys: StoredDataKey[] = [];
    const ring = await KeyRing.open({
      store: { list: async () => keys, addCurrent: async (key) => void keys.push(key) },
      keyEncryption: remote,
      limits: { timeoutMs: 250, sealingMs: MINUTE, openingMs: 60 * MINUTE, nowMs: () => nowMs },
    });
    vault = createVault(ring);
    sealed = await vault.seal(new Secret('canary-kept'), place);
    remote.state = state;
    nowMs += 2 * MINUTE;
  });

  test('what is in memory opens for an hour, and is then refused', async () => {
    expect(await open()).toBe('canary-kept');
    nowMs += 57 * MINUTE;
    expect(await open()).toBe('canary-kept');
    nowMs += 2 * MINUTE;
    await expect(open()).rejects.toMatchObject({ code: 'vault.key_encryption_unavailable' });
  });

  test('nothing is sealed, and sealing works again when it is back', async () => {
    await expect(seal()).rejects.toMatchObject({ code: 'vault.key_encryption_unavailable' });
    remote.state = 'up';
    expect(await seal()).toMatch(/^eyJ/);
  });

  test('is not flooded by reads', async () => {
    const before = remote.calls;
    await Promise.all(Array.from({ length: 200 }, open));
    expect(remote.calls - before).toBe(1);
  });
});
