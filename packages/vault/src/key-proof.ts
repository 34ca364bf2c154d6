import { VaultError } from './vault-error.ts';

export interface KeyProofLimits {
  /** A wrap or unwrap that takes longer has failed. */
  readonly timeoutMs?: number;
  /** After this, the key-encryption key has to answer again before anything is sealed. */
  readonly sealingMs?: number;
  /** For this long after its last answer, data keys in memory still open what they sealed. */
  readonly openingMs?: number;
  /** A clock that never goes back. */
  readonly nowMs?: () => number;
}

const defaults = {
  timeoutMs: 5_000,
  sealingMs: 60_000,
  openingMs: 60 * 60_000,
  nowMs: () => performance.now(),
};

/** When a key-encryption key that does not answer is asked again, so that a failing one is not flooded. */
const RETRY_MS = 1_000;

/**
 * When the key-encryption key last proved that it is there. An external one may be down, slow, or withdrawn on
 * purpose: then nothing new is sealed, and what is in memory opens for a bounded time only.
 */
export class KeyProof {
  readonly #ask: () => Promise<void>;
  readonly #limits: Required<KeyProofLimits>;
  #provedAtMs: number;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(ask: () => Promise<void>, limits: KeyProofLimits = {}) {
    this.#ask = ask;
    this.#limits = { ...defaults, ...limits };
    this.#provedAtMs = this.#limits.nowMs();
  }

  nowMs(): number {
    return this.#limits.nowMs();
  }

  /** @throws VaultError `vault.key_encryption_unavailable` */
  async forSealing(): Promise<void> {
    if (this.#age() > this.#limits.sealingMs) await this.#prove();
  }

  /** Asks in the background while the data keys in memory may still be used. */
  async forOpening(): Promise<void> {
    if (this.#age() <= this.#limits.sealingMs) return;
    if (this.#age() > this.#limits.openingMs) return this.#prove();
    if (this.nowMs() - this.#askedAtMs > RETRY_MS) this.#prove().catch(() => {});
  }

  /** @throws VaultError `vault.key_encryption_unavailable` when it takes too long */
  async inTime<T>(answer: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(unavailable()), this.#limits.timeoutMs);
    try {
      return await Promise.race([answer, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #age(): number {
    return this.nowMs() - this.#provedAtMs;
  }

  #prove(): Promise<void> {
    this.#askedAtMs = this.nowMs();
    this.#asking ??= this.#ask()
      .then(
        () => {
          this.#provedAtMs = this.nowMs();
        },
        (cause) => {
          throw unavailable(cause);
        },
      )
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}

function unavailable(cause?: unknown): VaultError {
  return new VaultError(
    'vault.key_encryption_unavailable',
    'The key-encryption key does not answer. Nothing is sealed until it does; check the key management service.',
    { cause },
  );
}
