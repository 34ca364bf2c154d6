import {
  type EventDelivery,
  eventDeliveryId,
  eventSubscriptionId,
  outboundEventId,
  outboundEventType,
} from '@lockkeeper/contract';
import type { Selectable } from 'kysely';
import type { EventSubscriptionsTables } from '../db/tables/event-subscriptions.ts';
import { eventAnswerOf, type SealedSecrets } from './event-subscription.ts';

type EventDeliveryRow = Selectable<EventSubscriptionsTables['event_deliveries']>;

/** A delivery whose turn it is, leased to this process. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly leaseId: string;
  readonly event: { readonly id: string; readonly message: string };
  /** Before this one. */
  readonly attempts: number;
  readonly attemptsInSchedule: number;
  readonly subscription: SealedSecrets & { readonly name: string; readonly url: string };
}

export function eventDeliveryOf(row: EventDeliveryRow & { type: string; at: Date }): EventDelivery {
  return {
    id: eventDeliveryId.parse(row.id),
    eventSubscriptionId: eventSubscriptionId.parse(row.subscription_id),
    event: {
      id: outboundEventId.parse(row.event_id),
      type: outboundEventType.parse(row.type),
      at: row.at.toISOString(),
    },
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    lastAnswer:
      row.last_attempt_at === null
        ? null
        : eventAnswerOf({
            at: row.last_attempt_at,
            status: row.last_status,
            error: row.last_error,
            body: row.last_body ?? '',
            tookMs: row.last_took_ms ?? 0,
          }),
  };
}
