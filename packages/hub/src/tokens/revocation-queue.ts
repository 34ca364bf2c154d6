import { credentialId, tokenRevocationId } from '@lockkeeper/contract';
import { OAuthError } from '@lockkeeper/oauth';
import type { FastifyBaseLogger } from 'fastify';
import type { StoredRegistry } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { Rounds } from '../rounds.ts';
import { ProviderBreaker } from './provider-breaker.ts';
import { judgeFailedRevocation, passing, type RevocationOutcome } from './revocation-outcome.ts';
import type { RevocationQueueStore } from './revocation-queue-store.ts';
import type { RevokedTokenRow } from './revocation-store.ts';
import { scheduler, type TokenHistory } from './token-history.ts';
import { type ProviderRevocationParts, REVOCATION_TIMEOUT_MS, revokeAtProvider } from './token-revocation.ts';
import type { MidServerReach } from './token-transport.ts';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;
/** Longer than both requests of an item can take. */
const LEASE_MS = 2 * REVOCATION_TIMEOUT_MS + 10 * SECOND;
const LONGEST_SLEEP_MS = 30 * SECOND;
const SHORTEST_SLEEP_MS = 250;
/** Requests at once to one provider, from each instance. */
const CONCURRENCY = 8;
const SPREAD_MS = 2 * SECOND;
const OWN_FAULT_RETRY_MS = 30 * SECOND;
/** How long a failure can be repeated. */
export const REPEATABLE_MS = 30 * DAY;

export interface RevocationQueueParts extends ProviderRevocationParts {
  db: Db;
  store: RevocationQueueStore;
  registries: Pick<ApplicationRegistryService, 'findStored' | 'clientOf'>;
  history: TokenHistory;
  events: Pick<EventBus, 'publish' | 'subscribe'>;
  random: () => number;
  logger: FastifyBaseLogger;
}

/**
 * Tells providers about tokens that ended here, until each has answered. Driven by the database: every instance works
 * on it, and what one leaves half done when it dies is due again.
 */
export class RevocationQueue {
  readonly #parts: RevocationQueueParts;
  /** Of its own: a revocation endpoint that is down must not keep tokens from being refreshed. */
  readonly #breaker: ProviderBreaker;
  readonly #rounds: Rounds;
  #isStopped = false;
  #unsubscribe: (() => void) | undefined;

  constructor(parts: RevocationQueueParts) {
    this.#parts = parts;
    this.#breaker = new ProviderBreaker(parts.now);
    this.#rounds = new Rounds({
      run: () => this.#round(),
      onError: (error) => parts.logger.error({ err: error }, 'looking for tokens to revoke failed'),
      longestSleepMs: LONGEST_SLEEP_MS,
      shortestSleepMs: SHORTEST_SLEEP_MS,
    });
  }

  start(): void {
    this.#unsubscribe = this.#parts.events.subscribe((event) => {
      if (event.type === 'token-revocation.updated') this.#rounds.wake();
    });
    this.#rounds.start();
  }

  /** Resolves when no request is on its way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe?.();
    await this.#rounds.stop();
  }

  /** Tells everything that is due now. */
  async runDue(): Promise<void> {
    const { store, transport, now } = this.#parts;
    await store.forgetFailedBefore(new Date(now().getTime() - REPEATABLE_MS));
    // One provider that hangs does not keep the others waiting.
    const reach = await transport.reach();
    const registries = await store.listDueRegistries(now(), reach);
    await Promise.all(registries.map((registryId) => this.#runRegistry(registryId, reach)));
  }

  /** What waited for this MID Server does not wait any more. */
  async hurryVia(midServerId: string): Promise<void> {
    const { store, now } = this.#parts;
    if ((await store.hurryVia(midServerId, now())) > 0) this.#rounds.wake();
  }

  /** One that somebody waits for, if it is still due. */
  async runOne(itemId: string): Promise<void> {
    const { store, transport, now } = this.#parts;
    const item = await store.claim({ itemId }, now(), LEASE_MS, await transport.reach());
    if (item !== undefined) await this.#run(item);
  }

  async #runRegistry(registryId: string | null, reach: MidServerReach): Promise<void> {
    const registry = registryId === null ? undefined : await this.#parts.registries.findStored(registryId);
    const origin = registry?.tokenRevocationUrl ? new URL(registry.tokenRevocationUrl).origin : undefined;
    await Promise.all(Array.from({ length: CONCURRENCY }, () => this.#work(registryId, origin, reach)));
    if (registryId === null || origin === undefined) return;
    // Only now: one of them may have been the probe, whose item must not be put off before it is taken.
    const pausedUntil = this.#breaker.pausedUntil(origin);
    if (pausedUntil === undefined) this.#breaker.undecided(origin);
    else await this.#parts.store.postpone(registryId, pausedUntil, SPREAD_MS);
  }

  async #work(registryId: string | null, origin: string | undefined, reach: MidServerReach): Promise<void> {
    const { store, now } = this.#parts;
    while (!this.#isStopped) {
      if (origin !== undefined && this.#breaker.pausedUntil(origin) !== undefined) return;
      const item = await store.claim({ registryId }, now(), LEASE_MS, reach);
      if (item === undefined) {
        if (origin !== undefined) this.#breaker.undecided(origin);
        return;
      }
      await this.#run(item);
    }
  }

  async #run(item: RevokedTokenRow): Promise<void> {
    const { now, logger } = this.#parts;
    let outcome: RevocationOutcome;
    try {
      outcome = await this.#attempt(item);
    } catch (error) {
      // Ours, such as a key that is missing: it says nothing of the provider.
      logger.error({ err: error, revokedTokenId: item.id }, 'revoking a token at its provider failed');
      const facts = {
        code: 'internal',
        detail: 'Something went wrong on the server; the log names the cause.',
        answer: null,
      };
      outcome = { state: 'pending', retryAt: new Date(now().getTime() + OWN_FAULT_RETRY_MS), facts };
    }
    await this.#settle(item, outcome);
  }

  async #attempt(item: RevokedTokenRow): Promise<RevocationOutcome> {
    const { store, registries, now, random } = this.#parts;
    const registry: StoredRegistry | undefined =
      item.registry_id === null ? undefined : await registries.findStored(item.registry_id);
    if (registry === undefined) return { state: 'failed', facts: registryGone };
    if (registry.tokenRevocationUrl === null) return { state: 'local_only' };
    const { origin } = new URL(registry.tokenRevocationUrl);
    try {
      await revokeAtProvider(item, registry, registry.tokenRevocationUrl, this.#parts);
      this.#breaker.answered(origin);
      return { state: 'revoked' };
    } catch (error) {
      if (!(error instanceof OAuthError)) {
        this.#breaker.undecided(origin);
        throw error;
      }
      // Trouble with a MID Server says nothing of the provider.
      if (error.code.startsWith('mid_server_')) this.#breaker.undecided(origin);
      else if (!passing.has(error.code)) this.#breaker.answered(origin);
      else this.#breaker.failed(origin, error.retryAfterMs);
      // Every instance holds back, also for the tokens that were not asked about yet.
      if (error.retryAfterMs !== undefined) {
        await store.postpone(registry.id, new Date(now().getTime() + error.retryAfterMs), SPREAD_MS);
      }
      return judgeFailedRevocation(error, item, now(), random());
    }
  }

  async #settle(item: RevokedTokenRow, outcome: RevocationOutcome): Promise<void> {
    const { db, store, events, history, now } = this.#parts;
    await db.transaction().execute(async (trx) => {
      if (!(await store.settle(item, outcome, now(), trx))) return;
      await events.publish(
        { type: 'token-revocation.updated', tokenRevocationId: tokenRevocationId.parse(item.revocation_id) },
        trx,
      );
      if (outcome.state === 'pending') return;
      const credential = { id: credentialId.parse(item.credential_id), name: item.credential_name };
      const happening = {
        ...describe(outcome, item),
        after: { ...outcome.facts, attempts: item.attempts, tokenRevocationId: item.revocation_id },
      };
      await history.record(credential, happening, scheduler, trx);
    });
  }

  async #round(): Promise<number> {
    const { store, now } = this.#parts;
    await this.runDue();
    const next = await store.nextDue();
    return next === undefined ? LONGEST_SLEEP_MS : next.getTime() - now().getTime();
  }
}

const registryGone = {
  code: 'application-registry.deleted',
  detail: 'The Application Registry was deleted before the provider had confirmed.',
  answer: null,
};

function describe({ state }: RevocationOutcome, item: RevokedTokenRow) {
  const { credential_name: name, registry_name: registry } = item;
  switch (state) {
    case 'revoked':
      return {
        action: 'token.revoked_at_provider',
        summary: `revoked the token of ${name} at ${registry}`,
      } as const;
    case 'failed':
      return {
        action: 'token.provider_revocation_failed',
        outcome: 'failure',
        summary: `could not revoke the token of ${name} at ${registry}`,
      } as const;
    default:
      return {
        action: 'token.provider_revocation_failed',
        summary: `could not revoke the token of ${name} at ${registry}, which offers no revocation`,
      } as const;
  }
}
