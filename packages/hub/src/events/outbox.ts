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
}

export function createOutbox({ now }: { now: () => Date }): Outbox {
  return {
    async publish(event, trx) {
      const subscriptions = await trx
        .selectFrom('event_subscriptions')
        .select('id')
        .where('active', '=', true)
        .where(sql<boolean>`(event_types = '{}' or ${event.type} = any(event_types))`)
        // One that is being deleted must not make this transaction fail.
        .forKeyShare()
        .execute();
      if (subscriptions.length === 0) return;
      const at = now();
      const eventId = newId('outboundEvent');
      await trx
        .insertInto('outbound_events')
        .values({ id: eventId, type: event.type, at, message: messageOf(event, at) })
        .execute();
      await trx
        .insertInto('event_deliveries')
        .values(
          subscriptions.map(({ id }) => ({
            id: newId('eventDelivery'),
            event_id: eventId,
            subscription_id: id,
            next_attempt_at: at,
          })),
        )
        .execute();
      await notify(trx, deliveriesChannel, '');
    },
  };
}

/** What the catalogue does not name does not leave the instance. */
export function messageOf({ type, data }: OutboundEvent, at: Date): string {
  const told = outboundEventCatalogue[type].parse(data);
  return JSON.stringify({ type, timestamp: at.toISOString(), data: told });
}
