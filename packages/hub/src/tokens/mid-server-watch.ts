import type { FastifyBaseLogger } from 'fastify';
import type { EventBus } from '../events/event-bus.ts';
import { HubError } from '../http/hub-error.ts';
import type { RefreshSchedule } from './refresh-schedule.ts';
import type { RevocationQueue } from './revocation-queue.ts';
import type { TokenService } from './token-service.ts';
import type { TokenStore } from './token-store.ts';

export interface MidServerWatchParts {
  store: Pick<TokenStore, 'hurryVia'>;
  tokens: Pick<TokenService, 'refreshFor'>;
  schedule: Pick<RefreshSchedule, 'wake'>;
  queue: Pick<RevocationQueue, 'hurryVia'>;
  events: Pick<EventBus, 'subscribe'>;
  logger: FastifyBaseLogger;
  now: () => Date;
}

/** What this instance does for tokens because MID Servers are connected to it, and not to another one. */
export class MidServerWatch {
  readonly #parts: MidServerWatchParts;
  readonly #underWay = new Set<Promise<void>>();
  #unsubscribe: (() => void) | undefined;

  constructor(parts: MidServerWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#unsubscribe = this.#parts.events.subscribe((event) => {
      if (event.type !== 'token.refresh_wanted') return;
      const { credentialId, actor, requestId, isUrgent } = event;
      this.#watch(this.#parts.tokens.refreshFor(credentialId, { actor, requestId }, isUrgent));
    });
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await Promise.all(this.#underWay);
  }

  /** One is up: what failed because it was not is tried at once. */
  ready(midServerId: string): void {
    this.#watch(this.#hurry(midServerId));
  }

  async #hurry(midServerId: string): Promise<void> {
    const { store, schedule, queue, now } = this.#parts;
    if ((await store.hurryVia(midServerId, now())) > 0) schedule.wake();
    await queue.hurryVia(midServerId);
  }

  #watch(work: Promise<void>): void {
    const watched: Promise<void> = work
      .catch((error: unknown) => {
        // What the provider or the network did is in the token's history; the rest is ours.
        if (error instanceof HubError) return;
        this.#parts.logger.error({ err: error }, 'work for a MID Server that is connected here failed');
      })
      .finally(() => this.#underWay.delete(watched));
    this.#underWay.add(watched);
  }
}
