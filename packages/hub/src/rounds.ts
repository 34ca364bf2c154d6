const SECOND = 1000;
/** The database does not answer, most likely. */
const TROUBLE_SLEEP_MS = 5 * SECOND;

export interface RoundsParts {
  /** @returns for how long nothing is due then */
  run: () => Promise<number>;
  onError: (error: unknown) => void;
  /** However far the next one is: something may have come by way of another instance. */
  longestSleepMs: number;
  /** However near: what cannot be done yet is not tried without pause. */
  shortestSleepMs: number;
}

/** Work in rounds: one, then sleep until the next is due, or until somebody wakes it. Never two at once. */
export class Rounds {
  readonly #parts: RoundsParts;
  #round: Promise<void> | undefined;
  #isWanted = false;
  #isRunning = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RoundsParts) {
    this.#parts = parts;
  }

  /** Begins at once. */
  start(): void {
    this.#isRunning = true;
    this.wake();
  }

  /** Resolves when the round under way has ended; no other follows. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    await this.#round;
  }

  /** A round at once, or after the one under way: what is due now it may have overlooked. */
  wake(): void {
    if (!this.#isRunning) return;
    this.#isWanted = true;
    this.#round ??= this.#go().finally(() => {
      this.#round = undefined;
    });
  }

  async #go(): Promise<void> {
    while (this.#isWanted && this.#isRunning) {
      this.#isWanted = false;
      clearTimeout(this.#timer);
      const sleepMs = await this.#run();
      if (this.#isRunning) this.#timer = setTimeout(() => this.wake(), sleepMs).unref();
    }
  }

  async #run(): Promise<number> {
    const { run, onError, longestSleepMs, shortestSleepMs } = this.#parts;
    try {
      return Math.min(Math.max(await run(), shortestSleepMs), longestSleepMs);
    } catch (error) {
      onError(error);
      return TROUBLE_SLEEP_MS;
    }
  }
}
