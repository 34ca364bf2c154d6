import { randomBytes } from 'node:crypto';
import type { CryptoKey } from 'jose';
import type { KeyEncryption } from './key-encryption.ts';
import { VaultError } from './vault-error.ts';

/** A data key as it is stored: wrapped, never plain. */
export interface StoredDataKey {
  readonly id: string;
  readonly keyEncryptionId: string;
  readonly wrapped: string;
  readonly isCurrent: boolean;
}

/** Where the wrapped data keys live. The vault itself stores nothing. */
export interface DataKeyStore {
  list(): Promise<readonly StoredDataKey[]>;
  /** Adds the key as the current one, unless `replaces` is no longer current: then it does nothing. */
  addCurrent(key: StoredDataKey, replaces: string | undefined): Promise<void>;
}

export interface DataKey {
  readonly id: string;
  readonly key: CryptoKey;
}

export interface KeyRingOptions {
  readonly store: DataKeyStore;
  /** Wraps new data keys. */
  readonly keyEncryption: KeyEncryption;
  /** Older ones that still unwrap, while a rotation of the key-encryption key is under way. */
  readonly previous?: readonly KeyEncryption[];
}

const DATA_KEY_BYTES = 32;

/** The data keys of this instance, unwrapped once and kept as keys that cannot be exported again. */
export class KeyRing {
  readonly #store: DataKeyStore;
  readonly #keyEncryption: KeyEncryption;
  readonly #keyEncryptions: ReadonlyMap<string, KeyEncryption>;
  readonly #keys = new Map<string, DataKey>();
  #current: DataKey | undefined;

  private constructor(options: KeyRingOptions) {
    this.#store = options.store;
    this.#keyEncryption = options.keyEncryption;
    this.#keyEncryptions = new Map(
      [options.keyEncryption, ...(options.previous ?? [])].map((each) => [each.id, each]),
    );
  }

  /**
   * Unwraps every stored data key, and makes the first one where there is none.
   *
   * @throws VaultError `vault.master_key_wrong` when a stored key was wrapped by a key we were not given: the
   * wrapped keys are the check value of the master key, so a wrong one is found before anything is read or written.
   */
  static async open(options: KeyRingOptions): Promise<KeyRing> {
    const ring = new KeyRing(options);
    await ring.#load();
    if (!ring.#current) await ring.rotate();
    return ring;
  }

  get current(): DataKey {
    if (!this.#current) throw new VaultError('vault.key_unknown', 'The key ring has no current data key.');
    return this.#current;
  }

  /** The key with this id; looks into the store again when another instance has added it meanwhile. */
  async get(id: string): Promise<DataKey> {
    const known = this.#keys.get(id);
    if (known) return known;
    await this.#load();
    const loaded = this.#keys.get(id);
    if (!loaded) throw new VaultError('vault.key_unknown', `The data key ${id} is not in this key ring.`);
    return loaded;
  }

  /** Makes a new current data key. Older ones stay for reading until everything is sealed anew. */
  async rotate(): Promise<DataKey> {
    const id = `dek_${randomBytes(10).toString('hex')}`;
    const wrapped = await this.#keyEncryption.wrap(randomBytes(DATA_KEY_BYTES), id);
    await this.#store.addCurrent(
      { id, keyEncryptionId: this.#keyEncryption.id, wrapped, isCurrent: true },
      this.#current?.id,
    );
    await this.#load();
    return this.current;
  }

  async #load(): Promise<void> {
    for (const stored of await this.#store.list()) {
      const key = this.#keys.get(stored.id) ?? (await this.#unwrap(stored));
      this.#keys.set(key.id, key);
      if (stored.isCurrent) this.#current = key;
    }
  }

  async #unwrap(stored: StoredDataKey): Promise<DataKey> {
    const keyEncryption = this.#keyEncryptions.get(stored.keyEncryptionId);
    if (!keyEncryption) {
      throw new VaultError(
        'vault.master_key_wrong',
        `The master key is not the one that sealed this database: it needs ${stored.keyEncryptionId} and was given ${this.#keyEncryption.id}. Put the right key into LOCKKEEPER_MASTER_KEY or into the key file.`,
      );
    }
    try {
      const raw = Uint8Array.from(await keyEncryption.unwrap(stored.wrapped, stored.id));
      const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
      raw.fill(0);
      return { id: stored.id, key };
    } catch (cause) {
      throw new VaultError('vault.sealed_value_damaged', `The data key ${stored.id} cannot be unwrapped.`, {
        cause,
      });
    }
  }
}
