import type { Kysely } from 'kysely';
import { type SqlBool, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import type { RevocationOutcome } from './revocation-outcome.ts';
import { nothingHeld, type RevokedTokenRow } from './revocation-store.ts';
import type { MidServerReach } from './token-transport.ts';

/** SQL of the queue of what providers have to be told. */
export interface RevocationQueueStore {
  /** Registries whose provider has something due; null stands for those that were deleted. */
  listDueRegistries(now: Date, reach: MidServerReach): Promise<(string | null)[]>;
  nextDue(): Promise<Date | undefined>;
  /** Takes one that is due, or this very one, and counts the attempt. */
  claim(
    wish: { registryId: string | null } | { itemId: string },
    now: Date,
    leaseMs: number,
    reach: MidServerReach,
  ): Promise<RevokedTokenRow | undefined>;
  /** Nothing of this registry is sent before that time. Spread over `spreadMs`, so that not all come back at once. */
  postpone(registryId: string, until: Date, spreadMs: number): Promise<void>;
  settle(
    item: RevokedTokenRow,
    outcome: RevocationOutcome,
    now: Date,
    trx: Kysely<Database>,
  ): Promise<boolean>;
  /** Deletes the tokens of failures that nobody repeated. */
  forgetFailedBefore(before: Date): Promise<void>;
  /** What waits for a MID Server is due now that this one is up. @returns how many */
  hurryVia(midServerId: string, now: Date): Promise<number>;
}

const isFree = sql<SqlBool>`coalesce(lease_until < clock_timestamp(), true)`;

/** What only another instance can send, because it holds the MID Server's session, is left to that one. */
function isOurs({ here, elsewhere }: MidServerReach) {
  const among = (ids: readonly string[]) =>
    sql`case when mid_server_ids is null then ${ids.length > 0} else mid_server_ids && ${[...ids]}::text[] end`;
  return sql<SqlBool>`(not connect_via_mid_server or ${among(here)} or not ${among(elsewhere)})`;
}

export function createRevocationQueueStore(db: Db): RevocationQueueStore {
  return {
    async listDueRegistries(now, reach) {
      const rows = await db
        .selectFrom('revoked_tokens')
        .select('registry_id')
        .distinct()
        .where('state', '=', 'pending')
        .where('retry_at', '<=', now)
        .where(isFree)
        .where(isOurs(reach))
        .execute();
      return rows.map((row) => row.registry_id);
    },
    async nextDue() {
      const row = await db
        .selectFrom('revoked_tokens')
        .select(sql<Date>`greatest(retry_at, lease_until)`.as('at'))
        .where('state', '=', 'pending')
        .orderBy('at')
        .limit(1)
        .executeTakeFirst();
      return row?.at;
    },
    async claim(wish, now, leaseMs, reach) {
      const { rows } = await sql<RevokedTokenRow>`
        with due as (
          select id from revoked_tokens
          where state = 'pending' and ${isFree} and ${isOurs(reach)} and ${
            'itemId' in wish
              ? sql`id = ${wish.itemId}`
              : sql`registry_id is not distinct from ${wish.registryId} and retry_at <= ${now}`
          }
          order by retry_at, id limit 1 for update skip locked
        )
        update revoked_tokens as item
        set lease_until = clock_timestamp() + ${leaseMs} * interval '1 ms', attempts = attempts + 1
        from due where item.id = due.id
        returning item.*`.execute(db);
      return rows[0];
    },
    async postpone(registryId, until, spreadMs) {
      await sql`
        update revoked_tokens
        set retry_at = greatest(retry_at, ${until}::timestamptz + random() * ${spreadMs} * interval '1 ms')
        where state = 'pending' and registry_id = ${registryId} and ${isFree} and retry_at < ${until}`.execute(
        db,
      );
    },
    async settle(item, outcome, now, trx) {
      const isDone = outcome.state !== 'pending';
      const { numUpdatedRows } = await trx
        .updateTable('revoked_tokens')
        .set({
          state: outcome.state,
          outcome: outcome.facts === undefined ? null : JSON.stringify(outcome.facts),
          retry_at: outcome.retryAt ?? null,
          finished_at: isDone ? now : null,
          lease_until: null,
          // What failed may be repeated when somebody has mended the registry.
          ...(isDone && outcome.state !== 'failed' ? nothingHeld : {}),
        })
        .where('id', '=', item.id)
        .where('state', '=', 'pending')
        .where('attempts', '=', item.attempts)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async forgetFailedBefore(before) {
      await db
        .updateTable('revoked_tokens')
        .set(nothingHeld)
        .where('state', '=', 'failed')
        .where('finished_at', '<', before)
        .where((where) =>
          where.or([
            where('refresh_token_sealed', 'is not', null),
            where('access_token_sealed', 'is not', null),
          ]),
        )
        .execute();
    },
    async hurryVia(midServerId, now) {
      const { numUpdatedRows } = await db
        .updateTable('revoked_tokens')
        .set({ retry_at: now })
        .where('state', '=', 'pending')
        .where('connect_via_mid_server', '=', true)
        .where(sql<SqlBool>`coalesce(mid_server_ids && ${[midServerId]}::text[], true)`)
        .where('retry_at', '>', now)
        .where(isFree)
        .where(sql<SqlBool>`outcome ->> 'code' like 'oauth.mid_server_%'`)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
  };
}
