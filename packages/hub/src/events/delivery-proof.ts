import { setTimeout as sleep } from 'node:timers/promises';

/** How old a proof may be: what a notification that got lost would have forbidden goes on no longer than this. */
const VALID_MS = 900;
/** Often enough that one slow answer does not make the memory useless. */
const BEAT_MS = 350;
/** Nobody asked for so long: the heart stops, and an idle instance sends nothing. */
const IDLE_AFTER_MS = 1000;

/**
 * Proves, while somebody asks, that everything notified up to a moment ago has arrived here. A connection that broke
 * says so; one that only went silent does not, and is found out because its proof grows too old.
 */
export class DeliveryProof {
  readonly #roundTrip: () => Promise<void>;
  #provedAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #isBeating = false;

  /** @param roundTrip resolves when what was notified before it began has been delivered */
  constructor(roundTrip: () => Promise<void>) {
    this.#roundTrip = roundTrip;
  }

  /** Whether what is remembered may be used now. The first answer after a pause is no, and starts the heart. */
  holds(): boolean {
    // Of the machine, not of the world: a clock that is set must not make an old proof young.
    const nowMs = performance.now();
    this.#askedAtMs = nowMs;
    if (!this.#isBeating) void this.#beat();
    return nowMs - this.#provedAtMs < VALID_MS;
  }

  async #beat(): Promise<void> {
    this.#isBeating = true;
    while (performance.now() - this.#askedAtMs < IDLE_AFTER_MS) {
      const startedAtMs = performance.now();
      try {
        await this.#roundTrip();
        this.#provedAtMs = startedAtMs;
      } catch {
        this.#provedAtMs = Number.NEGATIVE_INFINITY;
      }
      await sleep(BEAT_MS, undefined, { ref: false });
    }
    this.#isBeating = false;
  }
}
