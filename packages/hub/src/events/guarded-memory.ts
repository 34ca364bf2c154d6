import type { DeliveryProof } from './delivery-proof.ts';

/** More than anybody has; a bound, not a tuning knob. */
const MOST_ENTRIES = 50_000;

interface Reading {
  isStale: boolean;
}

/**
 * What was read from the database and is dropped when a notification says that it changed. Used only while it is proved
 * that no notification was missed; else, and for what is not in it, the reader asks the database.
 */
export class GuardedMemory<V> {
  readonly #proof: Pick<DeliveryProof, 'holds'>;
  readonly #entries = new Map<string, V>();
  readonly #readings = new Map<string, Set<Reading>>();

  constructor(proof: Pick<DeliveryProof, 'holds'>) {
    this.#proof = proof;
  }

  find(key: string): V | undefined {
    return this.#proof.holds() ? this.#entries.get(key) : undefined;
  }

  /** Reads and remembers, unless the answer is undefined or something changed while it was read. */
  async read<T extends V | undefined>(key: string, fromDatabase: () => Promise<T>): Promise<T> {
    const reading: Reading = { isStale: false };
    const readings = this.#readings.get(key) ?? new Set();
    this.#readings.set(key, readings.add(reading));
    try {
      const value = await fromDatabase();
      if (value !== undefined && !reading.isStale) this.#keep(key, value);
      return value;
    } finally {
      readings.delete(reading);
      if (readings.size === 0) this.#readings.delete(key);
    }
  }

  drop(key: string): void {
    this.#entries.delete(key);
    for (const reading of this.#readings.get(key) ?? []) reading.isStale = true;
  }

  /** Also of everything that is being read now, since nobody knows yet what that will be. */
  dropWhere(isMeant: (value: V) => boolean): void {
    for (const [key, value] of this.#entries) if (isMeant(value)) this.#entries.delete(key);
    for (const readings of this.#readings.values()) for (const reading of readings) reading.isStale = true;
  }

  clear(): void {
    this.dropWhere(() => true);
  }

  #keep(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size > MOST_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}
