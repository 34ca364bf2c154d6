import type { EventDelivery, EventDeliveryWithMessage, Page } from '@lockkeeper/contract';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import { notify } from '../db/notifications.ts';
import { deliveriesChannel } from '../events/outbox.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError } from '../http/hub-error.ts';
import type { EventDeliveryFilter, EventDeliveryStore } from './event-delivery-store.ts';
import type { EventSubscriptionStore } from './event-subscription-store.ts';

const noun = 'event delivery';

export interface EventDeliveryServiceParts {
  db: Db;
  store: EventDeliveryStore;
  subscriptions: Pick<EventSubscriptionStore, 'lock'>;
  audit: AuditLog;
  now: () => Date;
}

/** Events on their way, and what became of them. */
export class EventDeliveryService {
  readonly #parts: EventDeliveryServiceParts;

  constructor(parts: EventDeliveryServiceParts) {
    this.#parts = parts;
  }

  async get(id: string): Promise<EventDeliveryWithMessage> {
    return found(await this.#parts.store.find(id), noun);
  }

  list(filter: EventDeliveryFilter): Promise<Page<EventDelivery>> {
    return this.#parts.store.list(filter);
  }

  /** Sends it again now, with the same id, and on its whole schedule where that fails; also one that had arrived. */
  async retry(id: string, { actor, requestId }: Caller): Promise<EventDeliveryWithMessage> {
    const { db, store, subscriptions, audit, now } = this.#parts;
    const { eventSubscriptionId, event } = await this.get(id);
    await db.transaction().execute(async (trx) => {
      const { active, name } = found(
        await subscriptions.lock(eventSubscriptionId, trx),
        'event subscription',
      );
      if (!active) {
        throw new HubError('event_subscription.inactive', {
          detail: `Nothing is sent to ${name} while it is not active.`,
        });
      }
      await store.retry(id, now(), trx);
      await notify(trx, deliveriesChannel, '');
      await audit.record(
        {
          actor,
          requestId,
          action: 'event-delivery.retried',
          subject: { type: 'event-subscription', id: eventSubscriptionId, name },
          summary: `had ${event.type} sent to ${name} again`,
          after: { eventId: event.id },
        },
        trx,
      );
    });
    return this.get(id);
  }
}
