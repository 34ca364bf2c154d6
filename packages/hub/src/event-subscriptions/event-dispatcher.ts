import { eventSubscriptionId } from '@lockkeeper/contract';
import type { Vault } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { Notifications } from '../db/notifications.ts';
import type { EventBus } from '../events/event-bus.ts';
import { deliveriesChannel, type Outbox } from '../events/outbox.ts';
import { systemCaller } from '../http/caller.ts';
import { Rounds } from '../rounds.ts';
import type { DeliveryClaims } from './delivery-claims.ts';
import type { ClaimedDelivery } from './event-delivery.ts';
import type { EventDeliveryStore } from './event-delivery-store.ts';
import type { EventMetrics } from './event-metrics.ts';
import { openSigningSecrets } from './event-subscription.ts';
import type { EventSubscriptionStore } from './event-subscription-store.ts';
import { judgeAnswer } from './judge-answer.ts';
import { type SendEventParts, type SentAnswer, sendEvent } from './send-event.ts';

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;
const MOST_AT_ONCE = 64;
/** Outlives the time-out of an attempt, so that nobody else sends meanwhile. */
const LEASE_MS = 60 * SECOND;
/** However far the next one is: a notification may have got lost. */
const LONGEST_SLEEP_MS = 60 * SECOND;
const SHORTEST_SLEEP_MS = 100;
/** At the end: what does not answer within that is sent again, by whoever is there then. */
const GRACE_MS = 2 * SECOND;
/** Somewhat less than a delivery is tried for: when it is given up and nothing else arrived since, nothing does. */
const FAILING_FOR_MS = 72 * HOUR;

const dispatcher = systemCaller('event dispatcher');

export interface EventDispatcherParts {
  db: Db;
  vault: Vault;
  claims: DeliveryClaims;
  deliveries: EventDeliveryStore;
  subscriptions: EventSubscriptionStore;
  notifications: Notifications;
  outbox: Outbox;
  audit: AuditLog;
  events: Pick<EventBus, 'publish'>;
  metrics: EventMetrics;
  sending: SendEventParts;
  now: () => Date;
  /** From 0 to 1. */
  random: () => number;
  logger: FastifyBaseLogger;
  leaseMs?: number | undefined;
}

/**
 * Sends what the outbox holds: woken by a notification when something is due now, by a timer for what is due later.
 * Every instance runs one, and a lease in the database decides who sends what.
 */
export class EventDispatcher {
  readonly #parts: EventDispatcherParts;
  readonly #underWay = new Set<Promise<void>>();
  readonly #busy = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #rounds: Rounds;
  #unlisten: (() => void) | undefined;

  constructor(parts: EventDispatcherParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({
      run: () => this.#claimDue(),
      onError: (error) => parts.logger.error({ err: error }, 'looking for events to deliver failed'),
      longestSleepMs: LONGEST_SLEEP_MS,
      shortestSleepMs: SHORTEST_SLEEP_MS,
    });
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#parts.notifications.listen(deliveriesChannel, {
      onNotification: () => this.wake(),
      onRestored: () => this.wake(),
    });
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    this.#unlisten?.();
    await this.#rounds.stop();
    const grace = setTimeout(() => this.#stop.abort(), GRACE_MS);
    await Promise.all(this.#underWay);
    clearTimeout(grace);
  }

  /** Looks at once for what is due. */
  wake(): void {
    this.#rounds.wake();
  }

  /** @returns how long nothing is due */
  async #claimDue(): Promise<number> {
    const { claims, now, leaseMs = LEASE_MS } = this.#parts;
    const at = now();
    const most = MOST_AT_ONCE - this.#underWay.size;
    // Whatever waits meanwhile is looked at when one of those ends.
    if (most <= 0) return LONGEST_SLEEP_MS;
    for (const delivery of await claims.claim({ now: at, leaseMs, busy: this.#busy, most })) {
      this.#begin(delivery);
    }
    return (await claims.msUntilDue(at)) ?? LONGEST_SLEEP_MS;
  }

  #begin(delivery: ClaimedDelivery): void {
    const { id } = delivery.subscription;
    this.#busy.set(id, (this.#busy.get(id) ?? 0) + 1);
    const work: Promise<void> = this.#deliver(delivery)
      .catch((error: unknown) =>
        this.#parts.logger.error({ err: error, deliveryId: delivery.id }, 'delivering an event failed'),
      )
      .finally(() => {
        this.#underWay.delete(work);
        const left = (this.#busy.get(id) ?? 1) - 1;
        if (left === 0) this.#busy.delete(id);
        else this.#busy.set(id, left);
        this.wake();
      });
    this.#underWay.add(work);
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    const { vault, sending, now, claims } = this.#parts;
    const { subscription, event } = delivery;
    const secrets = await openSigningSecrets(subscription, vault, now());
    const receiver = { url: subscription.url, secrets };
    let answer: SentAnswer;
    try {
      answer = await sendEvent(event, receiver, sending, this.#stop.signal);
    } catch {
      return claims.release(delivery);
    }
    await this.#record(delivery, answer);
  }

  async #record(delivery: ClaimedDelivery, answer: SentAnswer): Promise<void> {
    const { db, deliveries, subscriptions, metrics, now, random } = this.#parts;
    const verdict = judgeAnswer(answer, delivery.attemptsInSchedule + 1, now(), random());
    const { id } = delivery.subscription;
    await db.transaction().execute(async (trx) => {
      const isDelivered = verdict.kind === 'delivered';
      const failingSince = await subscriptions.noteAttempt(id, isDelivered, answer.at, trx);
      if (!(await deliveries.finish(delivery, verdict, answer, trx))) return;
      if (verdict.kind === 'gone') await this.#disable(delivery, 'gone', answer, trx);
      const failingMs = failingSince === null ? 0 : answer.at.getTime() - failingSince.getTime();
      if (verdict.kind === 'failed' && failingMs >= FAILING_FOR_MS) {
        await this.#disable(delivery, 'failing', answer, trx);
      }
    });
    metrics.attempted(verdict.kind);
  }

  async #disable(
    { subscription }: ClaimedDelivery,
    reason: 'gone' | 'failing',
    { at, error }: SentAnswer,
    trx: Db,
  ): Promise<void> {
    const { subscriptions, outbox, events, audit, logger } = this.#parts;
    const { id, name } = subscription;
    if (!(await subscriptions.disable(id, reason, at, trx))) return;
    logger.warn({ eventSubscriptionId: id, reason }, 'an event subscription was switched off');
    const told = { subscription: { id, name }, reason };
    await outbox.publish({ type: 'event_subscription.disabled', data: told }, trx);
    await events.publish(
      { type: 'event-subscription.updated', eventSubscriptionId: eventSubscriptionId.parse(id) },
      trx,
    );
    const why = reason === 'gone' ? 'its receiver is gone' : 'its receiver failed for three days';
    await audit.record(
      {
        actor: dispatcher.actor,
        action: 'event-subscription.disabled',
        subject: { type: 'event-subscription', id, name },
        summary: `switched off the event subscription ${name}, because ${why}`,
        before: { active: true },
        after: { active: false, reason, error },
      },
      trx,
    );
  }
}
