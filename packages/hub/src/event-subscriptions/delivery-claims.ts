import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { ClaimedDelivery } from './event-delivery.ts';

/** So many at once go to one receiver; to one that failed last, a single one until it answers again. */
const MOST_PER_SUBSCRIPTION = 4;

export interface ClaimWish {
  readonly now: Date;
  readonly leaseMs: number;
  /** How many of each subscription are on their way from here. */
  readonly busy: ReadonlyMap<string, number>;
  readonly most: number;
}

/** Which process sends what. */
export interface DeliveryClaims {
  /**
   * Leases deliveries that are due. Each subscription gets its first before any gets its second, so that neither many
   * events for one nor a slow receiver keep others waiting.
   */
  claim(wish: ClaimWish): Promise<ClaimedDelivery[]>;
  /** As if it had not been claimed: it may have been sent, and is sent again with the same id. */
  release(delivery: ClaimedDelivery): Promise<void>;
  /** Until the next one that is not due yet, or whose lease ends; undefined when there is none. */
  msUntilDue(now: Date): Promise<number | undefined>;
}

const claimedRow = z.object({
  id: z.string(),
  event_id: z.string(),
  message: z.string(),
  attempts: z.number(),
  attempts_in_schedule: z.number(),
  subscription_id: z.string(),
  name: z.string(),
  url: z.string(),
  secret_sealed: z.string(),
  secret_version: z.number(),
  former_secret_sealed: z.string().nullable(),
  former_secret_version: z.number().nullable(),
  former_secret_until: z.date().nullable(),
});

const untilRow = z.object({ due_at: z.date().nullable(), lease_ms: z.number().nullable() });

export function createDeliveryClaims(db: Db): DeliveryClaims {
  return {
    async claim({ now, leaseMs, busy, most }) {
      const leaseId = randomUUID();
      const { rows } = await sql`
        with receiver as (
          select id, case when failing_since is null then ${MOST_PER_SUBSCRIPTION} else 1 end
            - coalesce((${JSON.stringify(Object.fromEntries(busy))}::jsonb ->> id)::integer, 0) as free
          from event_subscriptions where active
        ), due as (
          select waiting.id, row_number() over (partition by receiver.id order by next_attempt_at, waiting.id) as turn
          from receiver cross join lateral (
            select id, next_attempt_at from event_deliveries
            where subscription_id = receiver.id and state = 'pending' and next_attempt_at <= ${now}
              and (lease_until is null or lease_until < clock_timestamp())
            order by next_attempt_at, id limit greatest(receiver.free, 0)
            for update skip locked
          ) as waiting
        ), chosen as (
          select id from due order by turn, id limit ${most}
        )
        update event_deliveries delivery
        set lease_id = ${leaseId}, lease_until = clock_timestamp() + ${leaseMs} * interval '1 ms'
        from chosen, outbound_events event, event_subscriptions subscription
        where delivery.id = chosen.id and event.id = delivery.event_id
          and subscription.id = delivery.subscription_id
        returning delivery.id, delivery.event_id, event.message, delivery.attempts, delivery.attempts_in_schedule,
          delivery.subscription_id, subscription.name, subscription.url, secret_sealed, secret_version,
          former_secret_sealed, former_secret_version, former_secret_until
      `.execute(db);
      return rows.map((row) => claimedOf(claimedRow.parse(row), leaseId));
    },
    async release({ id, leaseId }) {
      await db
        .updateTable('event_deliveries')
        .set({ lease_id: null, lease_until: null })
        .where('id', '=', id)
        .where('lease_id', '=', leaseId)
        .execute();
    },
    async msUntilDue(now) {
      const { rows } = await sql`
        select min(next_attempt_at) filter (where next_attempt_at > ${now}) as due_at,
          (extract(epoch from min(lease_until) filter (where lease_until > clock_timestamp())
            - clock_timestamp()) * 1000)::float8 as lease_ms
        from event_deliveries delivery
          join event_subscriptions subscription on subscription.id = delivery.subscription_id
        where delivery.state = 'pending' and subscription.active
      `.execute(db);
      const row = untilRow.parse(rows[0]);
      const waits = [row.due_at === null ? null : row.due_at.getTime() - now.getTime(), row.lease_ms];
      const known = waits.filter((wait) => wait !== null);
      return known.length === 0 ? undefined : Math.min(...known);
    },
  };
}

function claimedOf(row: z.infer<typeof claimedRow>, leaseId: string): ClaimedDelivery {
  return {
    id: row.id,
    leaseId,
    event: { id: row.event_id, message: row.message },
    attempts: row.attempts,
    attemptsInSchedule: row.attempts_in_schedule,
    subscription: {
      id: row.subscription_id,
      name: row.name,
      url: row.url,
      secret_sealed: row.secret_sealed,
      secret_version: row.secret_version,
      former_secret_sealed: row.former_secret_sealed,
      former_secret_version: row.former_secret_version,
      former_secret_until: row.former_secret_until,
    },
  };
}
