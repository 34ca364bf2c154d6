import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyEncryption } from './key-encryption.ts';
import { KeyProof, type KeyProofLimits } from './key-proof.ts';
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
  readonly key: KeyObject;
}

export interface KeyRingOptions {
  readonly store: DataKeyStore;
  /** Wraps new data keys. */
  readonly keyEncryption: KeyEncryption;
  /**
   * Further ones that may unwrap, while a rotation of the key-encryption key is under way. Asked when a data key needs
   * one that is not known yet: a key file may have got a new line meanwhile.
   */
  readonly others?: () => Promise<readonly KeyEncryption[]>;
  readonly limits?: KeyProofLimits;
}

const DATA_KEY_BYTES = 32;
/** How long an instance may go on sealing with a key that another one has just replaced. */
const CURRENT_KEY_MS = 1_000;

/** The data keys of this instance, unwrapped once and kept as keys that do not print. */
export class KeyRing {
  readonly #store: DataKeyStore;
  readonly #keyEncryption: KeyEncryption;
  readonly #others: () => Promise<readonly KeyEncryption[]>;
  readonly #proof: KeyProof;
  #keyEncryptions: ReadonlyMap<string, KeyEncryption>;
  readonly #keys = new Map<string, DataKey>();
  readonly #notOpened = new Map<string, VaultError>();
  #current: StoredDataKey | undefined;
  #loadedAtMs = 0;
  #loading: Promise<void> | undefined;

  private constructor(options: KeyRingOptions) {
    this.#store = options.store;
    this.#keyEncryption = options.keyEncryption;
    this.#others = options.others ?? (async () => []);
    this.#keyEncryptions = new Map([[options.keyEncryption.id, options.keyEncryption]]);
    this.#proof = new KeyProof(async () => {
      if (this.#current) await this.#unwrapRaw(this.#current);
    }, options.limits);
  }

  /**
   * Unwraps every stored data key, and makes the first one where there is none.
   *
   * @throws VaultError `vault.master_key_wrong` when a stored key was wrapped by a key we were not given: the
   * wrapped keys are the check value of the master key, so a wrong one is found before anything is read or written.
   */
  static async open(options: KeyRingOptions): Promise<KeyRing> {
    const ring = new KeyRing(options);
    await ring.reload();
    for (const error of ring.#notOpened.values()) throw error;
    if (!ring.#current) await ring.rotate();
    return ring;
  }

  /** The ids of the key-encryption keys at hand; the first one wraps. */
  get keyEncryptionIds(): readonly string[] {
    return [...this.#keyEncryptions.keys()];
  }

  /**
   * The key to seal with: at most a second older than what the store says, so that a key that was replaced is soon
   * not used any more, and only while the key-encryption key answers.
   *
   * @throws VaultError `vault.key_encryption_unavailable`, `vault.key_unknown`
   */
  async sealingKey(): Promise<DataKey> {
    if (this.#proof.nowMs() - this.#loadedAtMs > CURRENT_KEY_MS) await this.#loadTogether();
    await this.#proof.forSealing();
    if (!this.#current) throw new VaultError('vault.key_unknown', 'The key ring has no current data key.');
    return this.#known(this.#current.id);
  }

  /**
   * The key with this id; looks into the store again when another instance has added it meanwhile.
   *
   * @throws VaultError `vault.key_unknown`, `vault.key_encryption_unavailable`
   */
  async get(id: string): Promise<DataKey> {
    await this.#proof.forOpening();
    if (!this.#keys.has(id)) await this.#load();
    return this.#known(id);
  }

  /** Makes a new current data key. Older ones stay for reading until everything is sealed anew. */
  async rotate(): Promise<DataKey> {
    const replaced = this.#current?.id;
    await this.#store.addCurrent(await this.newDataKey(), replaced);
    await this.reload();
    return this.sealingKey();
  }

  /** A new data key, wrapped; not part of the ring before it is stored and {@link reload}ed. */
  async newDataKey(): Promise<StoredDataKey> {
    const id = `dek_${randomBytes(10).toString('hex')}`;
    const wrapped = await this.#proof.inTime(this.#keyEncryption.wrap(randomBytes(DATA_KEY_BYTES), id));
    return { id, keyEncryptionId: this.#keyEncryption.id, wrapped, isCurrent: true };
  }

  /** The same data key under the key-encryption key that wraps now. */
  async rewrap(stored: StoredDataKey): Promise<StoredDataKey> {
    const raw = Uint8Array.from(await this.#unwrapRaw(stored));
    const wrapped = await this.#proof.inTime(this.#keyEncryption.wrap(raw, stored.id));
    raw.fill(0);
    return { ...stored, keyEncryptionId: this.#keyEncryption.id, wrapped };
  }

  /** Looks into the store, and asks for the other key-encryption keys again. Keys known already stay known. */
  async reload(): Promise<void> {
    await this.#askOthers();
    await this.#load();
  }

  /** One look into the store for all that seal at this moment. */
  #loadTogether(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    const atMs = this.#proof.nowMs();
    const stored = await this.#store.list();
    if (stored.some(({ keyEncryptionId }) => !this.#keyEncryptions.has(keyEncryptionId))) {
      await this.#askOthers();
    }
    for (const each of stored) await this.#add(each);
    this.#current = stored.find(({ isCurrent }) => isCurrent);
    this.#loadedAtMs = atMs;
  }

  async #askOthers(): Promise<void> {
    const all = [this.#keyEncryption, ...(await this.#others())];
    this.#keyEncryptions = new Map(all.map((each) => [each.id, each]));
  }

  async #add(stored: StoredDataKey): Promise<void> {
    if (this.#keys.has(stored.id)) return;
    try {
      const raw = Uint8Array.from(await this.#unwrapRaw(stored));
      const key = createSecretKey(raw);
      raw.fill(0);
      this.#keys.set(stored.id, { id: stored.id, key });
      this.#notOpened.delete(stored.id);
    } catch (error) {
      // Whoever needs this key is told; the others go on.
      if (!(error instanceof VaultError)) throw error;
      this.#notOpened.set(stored.id, error);
    }
  }

  #known(id: string): DataKey {
    const known = this.#keys.get(id);
    if (known) return known;
    throw (
      this.#notOpened.get(id) ??
      new VaultError('vault.key_unknown', `The data key ${id} is not in this key ring.`)
    );
  }

  async #unwrapRaw(stored: StoredDataKey): Promise<Uint8Array> {
    const keyEncryption = this.#keyEncryptions.get(stored.keyEncryptionId);
    if (!keyEncryption) {
      throw new VaultError(
        'vault.master_key_wrong',
        `The master key is not the one that sealed this database: it needs ${stored.keyEncryptionId} and was given ${this.keyEncryptionIds.join(', ')}. Put the right key into LOCKKEEPER_MASTER_KEY or into the key file; a former one goes into LOCKKEEPER_PREVIOUS_MASTER_KEYS or on a further line of the file.`,
      );
    }
    try {
      return await this.#proof.inTime(keyEncryption.unwrap(stored.wrapped, stored.id));
    } catch (cause) {
      if (cause instanceof VaultError) throw cause;
      throw new VaultError('vault.sealed_value_damaged', `The data key ${stored.id} cannot be unwrapped.`, {
        cause,
      });
    }
  }
}
