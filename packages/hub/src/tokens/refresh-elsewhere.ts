import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RefreshCause } from './refresh-attempts.ts';
import { isRefreshable, type StoredToken } from './token.ts';
import { noToken, unavailable } from './token-problem.ts';
import type { TokenStore } from './token-store.ts';
import type { TokenTransport, TransportCredential } from './token-transport.ts';

const SECOND = 1000;
const POLL_MS = 250;
/** The other instance may have missed it. */
const ASK_AGAIN_MS = 5 * SECOND;

export interface RefreshElsewhereParts {
  db: Db;
  store: Pick<TokenStore, 'find'>;
  transport: Pick<TokenTransport, 'placeOf'>;
  events: Pick<EventBus, 'publish'>;
  now: () => Date;
}

/**
 * Tokens that are refreshed by way of a MID Server whose session another instance holds: that one is asked, and does
 * it. An attempt from here would only tell that no MID Server is there, and put the next one off.
 */
export class RefreshElsewhere {
  readonly #parts: RefreshElsewhereParts;

  constructor(parts: RefreshElsewhereParts) {
    this.#parts = parts;
  }

  async isMeant(credential: TransportCredential): Promise<boolean> {
    return (await this.#parts.transport.placeOf(credential)) === 'elsewhere';
  }

  /** @throws HubError as a refresh from here does */
  async refresh(wish: RefreshCause & { token: StoredToken }, isTooLate: () => boolean): Promise<StoredToken> {
    const { store, now } = this.#parts;
    const { token, credential, isUrgent } = wish;
    if (!isUrgent && token.retryAt && token.retryAt > now()) throw unavailable(token, now());
    let askedMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      if (performance.now() - askedMs > ASK_AGAIN_MS) {
        await this.#ask(wish);
        askedMs = performance.now();
      }
      const current = await store.find(credential.id);
      if (!current || !isRefreshable(current)) throw noToken(current);
      if (current.version !== token.version) return current;
      const hasFailed = current.problem !== undefined && current.problem.at !== token.problem?.at;
      if ((hasFailed && current.state !== 'refreshing') || isTooLate()) throw unavailable(current, now());
      await sleep(POLL_MS);
    }
  }

  #ask({ credential, caller, isUrgent }: RefreshCause): Promise<void> {
    const { actor, requestId } = caller;
    const event = { credentialId: credential.id, actor, requestId, isUrgent };
    return this.#parts.events.publish({ type: 'token.refresh_wanted', ...event }, this.#parts.db);
  }
}
