import {
  type EventDelivery,
  type EventDeliveryState,
  type EventDeliveryWithMessage,
  type OutboundEventType,
  outboundMessage,
  type Page,
} from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';
import { eventDeliveryOf } from './event-delivery.ts';
import type { Verdict } from './judge-answer.ts';
import type { SentAnswer } from './send-event.ts';

export interface EventDeliveryFilter extends PageRequest {
  /** In its type. */
  q?: string | undefined;
  eventSubscriptionId?: string | undefined;
  state?: EventDeliveryState | undefined;
  type?: OutboundEventType | undefined;
}

/** SQL of deliveries as people and the sender see them; who sends what is decided in delivery-claims.ts. */
export interface EventDeliveryStore {
  find(id: string): Promise<EventDeliveryWithMessage | undefined>;
  list(filter: EventDeliveryFilter): Promise<Page<EventDelivery>>;
  /** One that was sent while somebody waited for the answer. */
  insertSent(
    event: { id: string; type: OutboundEventType; message: string },
    subscriptionId: string,
    answer: SentAnswer,
    trx: Kysely<Database>,
  ): Promise<void>;
  /** Due now, and its schedule begins anew. */
  retry(id: string, now: Date, trx: Kysely<Database>): Promise<void>;
  /** @returns false for one that somebody else has sent and finished meanwhile */
  finish(
    delivery: { id: string; leaseId: string },
    verdict: Verdict,
    answer: SentAnswer,
    trx: Kysely<Database>,
  ): Promise<boolean>;
  /** Events that are older, with their deliveries, a bounded number. @returns how many */
  deleteBefore(before: Date, most: number): Promise<number>;
  /** How many wait, and since when the oldest that is due. */
  backlog(now: Date): Promise<{ pending: number; oldestDueAt: Date | null }>;
}

export function createEventDeliveryStore(db: Db): EventDeliveryStore {
  const query = () =>
    db
      .selectFrom('event_deliveries as delivery')
      .innerJoin('outbound_events as event', 'event.id', 'delivery.event_id')
      .selectAll('delivery')
      .select(['event.type', 'event.at', 'event.message']);

  return {
    async find(id) {
      const row = await query().where('delivery.id', '=', id).executeTakeFirst();
      return row && { ...eventDeliveryOf(row), message: outboundMessage.parse(JSON.parse(row.message)) };
    },
    async list(filter) {
      let rows = query();
      if (filter.eventSubscriptionId !== undefined) {
        rows = rows.where('delivery.subscription_id', '=', filter.eventSubscriptionId);
      }
      if (filter.state !== undefined) rows = rows.where('delivery.state', '=', filter.state);
      if (filter.type !== undefined) rows = rows.where('event.type', '=', filter.type);
      if (filter.q) rows = rows.where('event.type', 'ilike', containing(filter.q));
      // Ids sort by age.
      const id = sql<string>`delivery.id`;
      const page = await fetchPage(rows, { sortable: { at: id }, id }, filter);
      return { ...page, items: page.items.map(eventDeliveryOf) };
    },
    async insertSent({ id, type, message }, subscriptionId, answer, trx) {
      await trx.insertInto('outbound_events').values({ id, type, at: answer.at, message }).execute();
      await trx
        .insertInto('event_deliveries')
        .values({
          id: newId('eventDelivery'),
          event_id: id,
          subscription_id: subscriptionId,
          state: answer.error === null ? 'delivered' : 'failed',
          attempts: 1,
          attempts_in_schedule: 1,
          ...answerColumns(answer),
        })
        .execute();
    },
    async retry(id, now, trx) {
      await trx
        .updateTable('event_deliveries')
        .set({ state: 'pending', next_attempt_at: now, attempts_in_schedule: 0 })
        .where('id', '=', id)
        .execute();
    },
    async finish({ id, leaseId }, verdict, answer, trx) {
      const update = trx
        .updateTable('event_deliveries')
        .set({
          state: verdict.kind === 'delivered' ? 'delivered' : verdict.kind === 'retry' ? 'pending' : 'failed',
          next_attempt_at: verdict.kind === 'retry' ? verdict.at : null,
          attempts: sql`attempts + 1`,
          attempts_in_schedule: sql`attempts_in_schedule + 1`,
          lease_id: null,
          lease_until: null,
          ...answerColumns(answer),
        })
        .where('id', '=', id)
        .where('state', '=', 'pending');
      // That it arrived is true whoever else has the lease by now.
      const mine = verdict.kind === 'delivered' ? update : update.where('lease_id', '=', leaseId);
      const { numUpdatedRows } = await mine.executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async deleteBefore(before, most) {
      const { numDeletedRows } = await db
        .deleteFrom('outbound_events')
        .where('id', 'in', (old) =>
          old.selectFrom('outbound_events').select('id').where('at', '<', before).limit(most),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
    async backlog(now) {
      const row = await db
        .selectFrom('event_deliveries')
        .innerJoin('event_subscriptions', 'event_subscriptions.id', 'event_deliveries.subscription_id')
        .where('state', '=', 'pending')
        .where('active', '=', true)
        .select([
          sql<number>`count(*)`.as('pending'),
          sql<Date | null>`min(next_attempt_at) filter (where next_attempt_at <= ${now})`.as('oldest_due_at'),
        ])
        .executeTakeFirstOrThrow();
      return { pending: row.pending, oldestDueAt: row.oldest_due_at };
    },
  };
}

function answerColumns({ at, status, error, body, tookMs }: SentAnswer) {
  return {
    last_attempt_at: at,
    last_status: status,
    last_error: error,
    last_body: body,
    last_took_ms: tookMs,
  };
}
