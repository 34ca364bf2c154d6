import { randomInt } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { HubError } from '../http/hub-error.ts';
import { Rounds } from '../rounds.ts';
import { type DueToken, RefreshLanes } from './refresh-lanes.ts';
import type { TokenService } from './token-service.ts';
import type { TokenStore } from './token-store.ts';

const SECOND = 1000;
/** However far the next refresh is: tokens may have come by way of another instance. */
const LONGEST_SLEEP_MS = 30 * SECOND;
const SHORTEST_SLEEP_MS = 250;
/** Taken at a time out of so many that are due, so that several instances do not reach for the same ones. */
const BATCH = 128;
const WINDOW = 8 * BATCH;
const CONCURRENCY = 56;
/** Of one registry. */
export const LANE_WIDTH = 48;

export interface RefreshScheduleParts {
  store: TokenStore;
  tokens: Pick<TokenService, 'refreshDue'>;
  now: () => Date;
  logger: FastifyBaseLogger;
}

/**
 * Refreshes tokens ahead of expiry, those that nobody uses too, so that a refresh token does not die of disuse. Driven
 * by the database: every instance runs one, and the lease decides who refreshes what.
 */
export class RefreshSchedule {
  readonly #parts: RefreshScheduleParts;
  readonly #rounds: Rounds;
  #isStopped = false;

  constructor(parts: RefreshScheduleParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({
      run: () => this.#round(),
      onError: (error) => parts.logger.error({ err: error }, 'looking for tokens to refresh failed'),
      longestSleepMs: LONGEST_SLEEP_MS,
      shortestSleepMs: SHORTEST_SLEEP_MS,
    });
  }

  start(): void {
    this.#rounds.start();
  }

  /** Something has become due that was not. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#rounds.stop();
  }

  /** Refreshes everything that is due now. */
  async runDue(): Promise<void> {
    const { store, now } = this.#parts;
    const attempted = new Set<string>();
    const look = async (exceptRegistries: readonly string[]): Promise<readonly DueToken[]> => {
      const window = await store.listDue(now(), WINDOW, exceptRegistries);
      const due = someOf(
        window.filter(({ credentialId }) => !attempted.has(credentialId)),
        BATCH,
      );
      for (const { credentialId } of due) attempted.add(credentialId);
      return due;
    };
    const lanes = new RefreshLanes({ look, laneWidth: LANE_WIDTH });
    await Promise.all(Array.from({ length: CONCURRENCY }, () => this.#work(lanes)));
  }

  async #work(lanes: RefreshLanes): Promise<void> {
    for (;;) {
      const due = this.#isStopped ? undefined : await lanes.next();
      if (due === undefined) return;
      const { credentialId } = due;
      try {
        if (!this.#isStopped) await this.#parts.tokens.refreshDue(credentialId);
      } catch (error) {
        // What the provider or the network did is in the token's history; the rest is ours.
        if (!(error instanceof HubError)) {
          this.#parts.logger.error({ err: error, credentialId }, 'refreshing ahead of expiry failed');
        }
      } finally {
        due.done();
      }
    }
  }

  async #round(): Promise<number> {
    const { store, now } = this.#parts;
    await this.runDue();
    const next = await store.nextDue();
    return next === undefined ? LONGEST_SLEEP_MS : next.getTime() - now().getTime();
  }
}

/** By chance, without preference. */
function someOf<T>(items: readonly T[], count: number): T[] {
  const rest = [...items];
  const chosen: T[] = [];
  while (chosen.length < count) {
    const [item] = rest.splice(randomInt(Math.max(rest.length, 1)), 1);
    if (item === undefined) return chosen;
    chosen.push(item);
  }
  return chosen;
}
