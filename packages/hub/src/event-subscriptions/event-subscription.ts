import {
  actorRef,
  type EventAnswer,
  type EventSubscription,
  eventSubscriptionId,
  subscribableEventType,
} from '@lockkeeper/contract';
import type { Secret, Vault } from '@lockkeeper/vault';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { EventSubscriptionsTables } from '../db/tables/event-subscriptions.ts';
import type { SentAnswer } from './send-event.ts';
import { signingSecretPlace } from './signing-secret.ts';

export type EventSubscriptionRow = Selectable<EventSubscriptionsTables['event_subscriptions']>;

/** What is sealed of it, and for which place. */
export type SealedSecrets = Pick<
  EventSubscriptionRow,
  | 'id'
  | 'secret_sealed'
  | 'secret_version'
  | 'former_secret_sealed'
  | 'former_secret_version'
  | 'former_secret_until'
>;

export interface DeliveryFacts {
  readonly pending: number;
  readonly lastDeliveredAt: Date | null;
}

const storedTypes = z.array(subscribableEventType);

export function eventSubscriptionOf(row: EventSubscriptionRow, facts: DeliveryFacts): EventSubscription {
  return {
    id: eventSubscriptionId.parse(row.id),
    name: row.name,
    url: row.url,
    eventTypes: storedTypes.parse(row.event_types),
    active: row.active,
    comments: row.comments,
    signingSecretStoredAt: row.secret_stored_at.toISOString(),
    formerSigningSecretUntil: row.former_secret_until?.toISOString() ?? null,
    failingSince: row.failing_since?.toISOString() ?? null,
    disabled:
      row.disabled_reason === null || row.disabled_at === null
        ? null
        : { reason: row.disabled_reason, at: row.disabled_at.toISOString() },
    pending: facts.pending,
    lastDeliveredAt: facts.lastDeliveredAt?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    createdBy: actorRef.parse(row.created_by),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}

/** The current signing secret, and the former one as long as it counts. */
export async function openSigningSecrets(row: SealedSecrets, vault: Vault, now: Date): Promise<Secret[]> {
  const current = await vault.open(
    row.secret_sealed,
    signingSecretPlace(row.id, 'secret', row.secret_version),
  );
  const { former_secret_sealed: sealed, former_secret_version: version, former_secret_until: until } = row;
  if (sealed === null || version === null || until === null || until <= now) return [current];
  return [current, await vault.open(sealed, signingSecretPlace(row.id, 'former_secret', version))];
}

export function eventAnswerOf(answer: Omit<SentAnswer, 'retryAfterMs'>): EventAnswer {
  const { at, status, error, body, tookMs } = answer;
  return { at: at.toISOString(), status, error, body, tookMs };
}
