import type { EventSubscription, Page } from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';
import { type EventSubscriptionRow, eventSubscriptionOf, type SealedSecrets } from './event-subscription.ts';

export interface EventSubscriptionFilter extends PageRequest {
  q?: string | undefined;
  active?: boolean | undefined;
}

export type EventSubscriptionValues = Pick<
  EventSubscription,
  'name' | 'url' | 'eventTypes' | 'active' | 'comments'
>;

type SecretColumns = Omit<SealedSecrets, 'id'> & Pick<EventSubscriptionRow, 'secret_stored_at'>;

/** SQL of event subscriptions. Every write runs in the caller's transaction. */
export interface EventSubscriptionStore {
  find(id: string): Promise<EventSubscription | undefined>;
  /** With what is sealed; other transactions that change it wait. */
  lock(id: string, trx: Kysely<Database>): Promise<EventSubscriptionRow | undefined>;
  findSealed(id: string): Promise<(SealedSecrets & { name: string; url: string }) | undefined>;
  findByName(name: string): Promise<{ id: string } | undefined>;
  list(filter: EventSubscriptionFilter): Promise<Page<EventSubscription>>;
  insert(
    id: string,
    values: EventSubscriptionValues,
    secret: Pick<SecretColumns, 'secret_sealed' | 'secret_version'>,
    created: { at: Date; by: unknown },
    trx: Kysely<Database>,
  ): Promise<void>;
  /** Whatever was wrong with its receiver before is forgotten. */
  replace(id: string, values: EventSubscriptionValues, now: Date, trx: Kysely<Database>): Promise<void>;
  replaceSecret(id: string, secrets: SecretColumns, trx: Kysely<Database>): Promise<void>;
  delete(id: string, trx: Kysely<Database>): Promise<void>;
  /** Notes whether the last attempt succeeded. @returns since when none has */
  noteAttempt(id: string, succeeded: boolean, at: Date, trx: Kysely<Database>): Promise<Date | null>;
  /** @returns false when it was not active any more */
  disable(id: string, reason: 'gone' | 'failing', at: Date, trx: Kysely<Database>): Promise<boolean>;
  /** Former secrets that do not count any more are no secret to keep. */
  forgetFormerSecrets(before: Date): Promise<void>;
}

export function createEventSubscriptionStore(db: Db): EventSubscriptionStore {
  const query = () =>
    db
      .selectFrom('event_subscriptions as subscription')
      .selectAll('subscription')
      .select([
        sql<number>`(
          select count(*) from event_deliveries where subscription_id = subscription.id and state = 'pending'
        )`.as('pending'),
        // By id, which is by age: the newest one that arrived, without looking at them all.
        sql<Date | null>`(
          select last_attempt_at from event_deliveries
          where subscription_id = subscription.id and state = 'delivered' order by id desc limit 1
        )`.as('last_delivered_at'),
      ]);
  type Row = Awaited<ReturnType<ReturnType<typeof query>['executeTakeFirstOrThrow']>>;
  const viewOf = (row: Row) =>
    eventSubscriptionOf(row, { pending: row.pending, lastDeliveredAt: row.last_delivered_at });

  return {
    async find(id) {
      const row = await query().where('id', '=', id).executeTakeFirst();
      return row && viewOf(row);
    },
    lock: (id, trx) =>
      trx.selectFrom('event_subscriptions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    findSealed: (id) =>
      db.selectFrom('event_subscriptions').selectAll().where('id', '=', id).executeTakeFirst(),
    findByName: (name) =>
      db
        .selectFrom('event_subscriptions')
        .select('id')
        .where(sql`lower(name)`, '=', name.toLowerCase())
        .executeTakeFirst(),
    async list(filter) {
      let rows = query();
      if (filter.q) rows = rows.where('name', 'ilike', containing(filter.q));
      if (filter.active !== undefined) rows = rows.where('active', '=', filter.active);
      const page = await fetchPage(
        rows,
        {
          sortable: {
            name: sql`lower(name)`,
            active: sql`active`,
            createdAt: sql`created_at`,
            updatedAt: sql`updated_at`,
          },
          id: sql<string>`id`,
        },
        filter,
      );
      return { ...page, items: page.items.map(viewOf) };
    },
    async insert(id, values, secret, { at, by }, trx) {
      await trx
        .insertInto('event_subscriptions')
        .values({
          id,
          ...columnsOf(values),
          ...secret,
          secret_stored_at: at,
          created_at: at,
          created_by: JSON.stringify(by),
          updated_at: at,
        })
        .execute();
    },
    async replace(id, values, now, trx) {
      await trx
        .updateTable('event_subscriptions')
        .set({
          ...columnsOf(values),
          ...(values.active && { disabled_reason: null, disabled_at: null }),
          failing_since: null,
          updated_at: now,
          version: sql`version + 1`,
        })
        .where('id', '=', id)
        .execute();
    },
    async replaceSecret(id, secrets, trx) {
      await trx
        .updateTable('event_subscriptions')
        .set({ ...secrets, updated_at: secrets.secret_stored_at, version: sql`version + 1` })
        .where('id', '=', id)
        .execute();
    },
    async delete(id, trx) {
      await trx.deleteFrom('event_subscriptions').where('id', '=', id).execute();
    },
    async noteAttempt(id, succeeded, at, trx) {
      // Most attempts succeed after one that did: no write.
      if (succeeded) {
        await trx
          .updateTable('event_subscriptions')
          .set({ failing_since: null })
          .where('id', '=', id)
          .where('failing_since', 'is not', null)
          .execute();
        return null;
      }
      const row = await trx
        .updateTable('event_subscriptions')
        .set({ failing_since: sql`coalesce(failing_since, ${at})` })
        .where('id', '=', id)
        .returning('failing_since')
        .executeTakeFirst();
      return row?.failing_since ?? null;
    },
    async disable(id, reason, at, trx) {
      const { numUpdatedRows } = await trx
        .updateTable('event_subscriptions')
        .set({
          active: false,
          disabled_reason: reason,
          disabled_at: at,
          updated_at: at,
          version: sql`version + 1`,
        })
        .where('id', '=', id)
        .where('active', '=', true)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async forgetFormerSecrets(before) {
      await db
        .updateTable('event_subscriptions')
        .set({ former_secret_sealed: null, former_secret_version: null, former_secret_until: null })
        .where('former_secret_until', '<', before)
        .execute();
    },
  };
}

function columnsOf(values: EventSubscriptionValues) {
  return {
    name: values.name,
    url: values.url,
    event_types: [...new Set(values.eventTypes)].sort(),
    active: values.active,
    comments: values.comments,
  };
}
