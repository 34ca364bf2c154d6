import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';

const SECOND = 1000;
/** As long as the new token exists nowhere else; others wait for the lease, and the version fences what comes after. */
const LONGEST_MS = 15 * 60 * SECOND;
/** From the moment on when the process was told to end: a request of 15 s, and a database that restarts. */
const LONGEST_WHILE_STOPPING_MS = 30 * SECOND;
const LONGEST_PAUSE_MS = 500;

/** A database that restarts must not cost a token that the provider has issued already. */
export class Persistence {
  readonly #logger: FastifyBaseLogger;
  readonly #told: string;
  #hurriedSinceMs = Number.POSITIVE_INFINITY;

  constructor(logger: FastifyBaseLogger, told: string) {
    this.#logger = logger;
    this.#told = told;
  }

  hurry(): void {
    this.#hurriedSinceMs = performance.now();
  }

  async until<T>(write: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await write();
      } catch (error) {
        const isStopping = performance.now() - this.#hurriedSinceMs > LONGEST_WHILE_STOPPING_MS;
        if (isStopping || performance.now() - startedMs > LONGEST_MS) throw error;
        if (Number.isInteger(Math.log2(attempt))) this.#logger.warn({ err: error, attempt }, this.#told);
        await sleep(Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MS));
      }
    }
  }
}
