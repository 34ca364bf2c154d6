import { type OutboundEvent, outboundEventCatalogue } from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { notify } from '../db/notifications.ts';

/** Notified when a delivery is due. */
export const deliveriesChannel = 'lockkeeper_event_deliveries';

/** Where features tell what the customer's own programs may want to know (Event Subscriptions). */
export interface Outbox {
  /**
   * Told when the transaction commits, never if it does not, however soon the process dies after that. Costs one
   * statement where nobody subscribed. Comes before the audit entry, which is a transaction's last statement.
   */
  publish(event: OutboundEvent, trx: Kysely<Database>): Promise<void>;
  /** The same for many, in the same number of statements. */
  publishAll(events: readonly OutboundEvent[], trx: Kysely<Database>): Promise<void>;
}

export function createOutbox({ now }: { now: () => Date }): Outbox {
  return {
    publish: (event, trx) => publishAll([event], now(), trx),
    publishAll: (events, trx) => publishAll(events, now(), trx),
  };
}

async function publishAll(events: readonly OutboundEvent[], at: Date, trx: Kysely<Database>): Promise<void> {
  if (events.length === 0) return;
  const subscriptions = await trx
    .selectFrom('event_subscriptions')
    .select(['id', 'event_types'])
    .where('active', '=', true)
    // One that is being deleted must not make this transaction fail.
    .forKeyShare()
    .execute();
  const wanted = events.flatMap((event) => {
    const wanting = subscriptions.filter(
      ({ event_types: types }) => types.length === 0 || types.includes(event.type),
    );
    return wanting.length === 0 ? [] : [{ id: newId('outboundEvent'), event, wanting }];
  });
  if (wanted.length === 0) return;
  const deliveries = wanted.flatMap(({ id, wanting }) =>
    wanting.map((subscription) => ({
      id: newId('eventDelivery'),
      eventId: id,
      subscriptionId: subscription.id,
    })),
  );
  await sql`
    insert into outbound_events (id, type, message, at)
    select *, ${at}::timestamptz from unnest(
      ${wanted.map(({ id }) => id)}::text[], ${wanted.map(({ event }) => event.type)}::text[],
      ${wanted.map(({ event }) => messageOf(event, at))}::text[]
    )
  `.execute(trx);
  await sql`
    insert into event_deliveries (id, event_id, subscription_id, next_attempt_at)
    select *, ${at}::timestamptz from unnest(
      ${deliveries.map(({ id }) => id)}::text[], ${deliveries.map(({ eventId }) => eventId)}::text[],
      ${deliveries.map(({ subscriptionId }) => subscriptionId)}::text[]
    )
  `.execute(trx);
  await notify(trx, deliveriesChannel, '');
}

/** What the catalogue does not name does not leave the instance. */
export function messageOf({ type, data }: OutboundEvent, at: Date): string {
  const told = outboundEventCatalogue[type].parse(data);
  return JSON.stringify({ type, timestamp: at.toISOString(), data: told });
}
