import type { FastifyBaseLogger } from 'fastify';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { findRun, lockRunForReading } from './discovery-run-store.ts';

/** Progress is for eyes: a few times a second is live. */
const shortestPauseMs = 300;

/** Tells everybody how a run stands, at once or as often as is useful; the last word is always said. */
export class RunAnnouncer {
  readonly #db: Db;
  readonly #events: EventBus;
  readonly #logger: FastifyBaseLogger;
  readonly #pending = new Map<string, NodeJS.Timeout>();

  constructor(options: { db: Db; events: EventBus; logger: FastifyBaseLogger }) {
    this.#db = options.db;
    this.#events = options.events;
    this.#logger = options.logger;
  }

  /** A page was kept: said soon, together with what follows until then. */
  soon(runId: string): void {
    if (this.#pending.has(runId)) return;
    const timer = setTimeout(() => void this.now(runId), shortestPauseMs).unref();
    this.#pending.set(runId, timer);
  }

  /** The run has another state. */
  async now(runId: string): Promise<void> {
    clearTimeout(this.#pending.get(runId));
    this.#pending.delete(runId);
    try {
      await this.#db.transaction().execute(async (trx) => {
        // Held until it is published: nobody can tell of a later state before this one is out.
        await lockRunForReading(trx, runId);
        const run = await findRun(trx, runId);
        if (run !== undefined) await this.#events.publish({ type: 'discovery-run.updated', run }, trx);
      });
    } catch (error) {
      // Who misses it sees the run as it is when looking next.
      this.#logger.warn({ err: error, runId }, 'the progress of a discovery could not be announced');
    }
  }

  stop(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}
