import type { GrantType } from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import { Batches, readsById } from '../db/batches.ts';
import type { Database, Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { DueToken } from './refresh-lanes.ts';
import type { FailedRefresh } from './refresh-outcome.ts';
import { type StoredToken, tokenOf } from './token.ts';
import {
  type LeaseAttempt,
  type LeaseRequest,
  type LeaseWish,
  markAllSent,
  type SentMark,
  takeLeases,
} from './token-lease.ts';
import { type Rotated, rotateAll, type SealedTokens } from './token-rotation.ts';

/** SQL of tokens. The version is the fence of every write; leases live by the database's clock. */
export interface TokenStore {
  find(credentialId: string): Promise<StoredToken | undefined>;
  listOf(credentialIds: readonly string[]): Promise<StoredToken[]>;
  /** The tokens of a fresh consent take the place of whatever was there. */
  grant(
    credentialId: string,
    grantType: GrantType,
    scopesAsked: readonly string[],
    seal: (tokenId: string, version: number) => Promise<SealedTokens>,
    now: Date,
    trx: Kysely<Database>,
  ): Promise<StoredToken>;
  takeLease(credentialId: string, wish: LeaseWish): Promise<LeaseAttempt>;
  /** To be called right before the request leaves. @returns false when the lease would not outlive the request */
  markSent(token: StoredToken, leaseId: string, timeoutMs: number): Promise<boolean>;
  /** @returns the ids of those that were current; see `token-rotation.ts` */
  rotateAll(rotations: readonly Rotated[], now: Date, trx: Kysely<Database>): Promise<ReadonlySet<string>>;
  /** Only the holder of the lease may say so. */
  fail(
    token: StoredToken,
    leaseId: string,
    failed: FailedRefresh,
    now: Date,
    trx: Kysely<Database>,
  ): Promise<boolean>;
  /** Gives an unused lease back, to be tried again at that time. */
  release(token: StoredToken, leaseId: string, retryAt: Date): Promise<void>;
  discard(credentialId: string, trx: Kysely<Database>): Promise<boolean>;
  recordUses(uses: readonly { credentialId: string; at: Date }[]): Promise<void>;
  /** What could not be refreshed because its MID Server was down is due now that this one is up. @returns how many */
  hurryVia(midServerId: string, now: Date): Promise<number>;
  /** Credentials whose refresh is due, longest overdue first, and the registries they belong to. */
  listDue(now: Date, limit: number, exceptRegistries: readonly string[]): Promise<DueToken[]>;
  /** When the next one will be. */
  nextDue(): Promise<Date | undefined>;
}

const noLease = { lease_id: null, lease_until: null, lease_sent_at: null };
const noTrouble = {
  unknown_outcomes: 0,
  refusals: 0,
  first_refused_at: null,
  failures: 0,
  retry_at: null,
  problem: null,
};
const dueAt = sql<Date | null>`greatest(refresh_at, retry_at, lease_until)`;
const isLeased = sql<boolean>`coalesce(lease_until > clock_timestamp(), false)`;

export function createTokenStore(db: Db): TokenStore {
  const leases = new Batches((requests: readonly LeaseRequest[]) => takeLeases(db, requests));
  const sentMarks = new Batches((marks: readonly SentMark[]) => markAllSent(db, marks));
  const find = readsById(
    (ids) =>
      db
        .selectFrom('tokens')
        .selectAll()
        .where('credential_id', 'in', [...ids])
        .execute(),
    (row) => row.credential_id,
  );
  return {
    async find(credentialId) {
      const row = await find(credentialId);
      return row && tokenOf(row);
    },
    async listOf(credentialIds) {
      if (credentialIds.length === 0) return [];
      const rows = await db
        .selectFrom('tokens')
        .selectAll()
        .where('credential_id', 'in', [...credentialIds])
        .execute();
      return rows.map(tokenOf);
    },
    async grant(credentialId, grantType, scopesAsked, seal, now, trx) {
      // Two consents for one credential at once: one after the other.
      await sql`select from credentials where id = ${credentialId} for update`.execute(trx);
      const old = await trx
        .selectFrom('tokens')
        .select(['id', 'version'])
        .where('credential_id', '=', credentialId)
        .forUpdate()
        .executeTakeFirst();
      const id = old?.id ?? newId('token');
      const version = (old?.version ?? 0) + 1;
      const tokens = await seal(id, version);
      const values = {
        state: 'available' as const,
        version,
        grant_type: grantType,
        // Nothing of the old grant stays: its refresh token belongs to another consent.
        refresh_token_sealed: null,
        refresh_token_version: null,
        scopes_granted: null,
        ...columnsOf(tokens),
        scopes_asked: [...scopesAsked],
        last_refresh_at: null,
        granted_at: now,
        updated_at: now,
        ...noLease,
        ...noTrouble,
      };
      const row = await trx
        .insertInto('tokens')
        .values({ id, credential_id: credentialId, created_at: now, ...values })
        .onConflict((conflict) => conflict.column('credential_id').doUpdateSet(values))
        .returningAll()
        .executeTakeFirstOrThrow();
      return tokenOf(row);
    },
    takeLease: (credentialId, wish) => leases.add({ credentialId, wish }),
    markSent: (token, leaseId, timeoutMs) => sentMarks.add({ token, leaseId, timeoutMs }),
    rotateAll,
    async fail(token, leaseId, failed, now, trx) {
      const { numUpdatedRows } = await trx
        .updateTable('tokens')
        .set({ ...failureColumns(failed), updated_at: now, ...noLease })
        .where('id', '=', token.id)
        .where('version', '=', token.version)
        .where('lease_id', '=', leaseId)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async release(token, leaseId, retryAt) {
      await db
        .updateTable('tokens')
        .set({
          ...noLease,
          state: token.unknownOutcomes > 0 ? 'uncertain' : 'available',
          retry_at: retryAt,
        })
        .where('id', '=', token.id)
        .where('version', '=', token.version)
        .where('lease_id', '=', leaseId)
        .execute();
    },
    async discard(credentialId, trx) {
      await trx.deleteFrom('authorization_requests').where('credential_id', '=', credentialId).execute();
      const { numDeletedRows } = await trx
        .deleteFrom('tokens')
        .where('credential_id', '=', credentialId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async recordUses(uses) {
      // Rows that others hold are left out: when a token was used last is not worth waiting, or a deadlock.
      await sql`
        with used as (
          select * from unnest(
            ${uses.map(({ credentialId }) => credentialId)}::text[], ${uses.map(({ at }) => at)}::timestamptz[]
          ) as used (credential_id, at)
        ), free as (
          select id, used.at from tokens join used using (credential_id) for update of tokens skip locked
        )
        update tokens set last_used_at = greatest(last_used_at, free.at) from free where tokens.id = free.id
      `.execute(db);
    },
    async hurryVia(midServerId, now) {
      const { numUpdatedRows } = await db
        .updateTable('tokens')
        .set({ retry_at: now, refresh_at: now })
        .where('state', 'in', ['available', 'uncertain'])
        .where('retry_at', '>', now)
        .where(sql<boolean>`problem ->> 'code' like 'oauth.mid_server_%'`)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('credentials')
              .select('credentials.id')
              .whereRef('credentials.id', '=', 'tokens.credential_id')
              .where('connect_via_mid_server', '=', true)
              .where(
                sql<boolean>`(applies_to = 'all' or exists (
                  select from credential_mid_servers as named
                  where named.credential_id = credentials.id and named.mid_server_id = ${midServerId}))`,
              ),
          ),
        )
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
    async listDue(now, limit, exceptRegistries) {
      const rows = await due(db)
        .innerJoin('credentials as credential', 'credential.id', 'tokens.credential_id')
        .innerJoin('oauth_entity_profiles as profile', 'profile.id', 'credential.profile_id')
        .select(['credential_id', 'profile.application_registry_id'])
        .where(dueAt, '<=', now)
        .$if(exceptRegistries.length > 0, (query) =>
          query.where('profile.application_registry_id', 'not in', [...exceptRegistries]),
        )
        .where(sql<boolean>`not ${isLeased}`)
        .orderBy(dueAt)
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        credentialId: row.credential_id,
        registryId: row.application_registry_id,
      }));
    },
    async nextDue() {
      const row = await due(db).select(dueAt.as('at')).orderBy(dueAt).limit(1).executeTakeFirst();
      return row?.at ?? undefined;
    },
  };
}

function due(db: Db) {
  return (
    db
      .selectFrom('tokens')
      // As the index tokens_due has it.
      .where(sql<boolean>`(refresh_token_sealed is not null or tokens.grant_type <> 'authorization_code')`)
      .where('state', 'in', ['available', 'refreshing', 'uncertain'])
      .where(dueAt, 'is not', null)
  );
}

function columnsOf(tokens: SealedTokens) {
  return {
    access_token_sealed: tokens.accessToken.sealed,
    access_token_version: tokens.accessToken.version,
    ...(tokens.refreshToken && {
      refresh_token_sealed: tokens.refreshToken.sealed,
      refresh_token_version: tokens.refreshToken.version,
    }),
    issued_at: tokens.issuedAt,
    expires_at: tokens.expiresAt,
    refresh_at: tokens.refreshAt ?? null,
    refresh_token_expires_at: tokens.refreshTokenExpiresAt ?? null,
    lapses_at: tokens.lapsesAt ?? null,
    lapses_since: tokens.lapsesSince ?? null,
    // Where others were asked for, what was granted before says nothing.
    ...(tokens.scopesAsked && { scopes_asked: [...tokens.scopesAsked], scopes_granted: null }),
    ...(tokens.scopesGranted && { scopes_granted: [...tokens.scopesGranted] }),
  };
}

function failureColumns(failed: FailedRefresh) {
  return {
    state: failed.state,
    problem: JSON.stringify(failed.problem),
    retry_at: failed.retryAt ?? null,
    // Due again then, also where it was not due this time: the grace of a rotated token is short.
    ...(failed.retryAt && { refresh_at: failed.retryAt }),
    unknown_outcomes: failed.unknownOutcomes,
    refusals: failed.refusals,
    first_refused_at: failed.firstRefusedAt ?? null,
    failures: failed.failures,
    // While it cannot be refreshed, its end comes nearer; a grant that has ended has nothing left to lapse.
    ...(failed.state === 'needs_authorization'
      ? { lapses_at: null, lapses_since: null }
      : {
          lapses_at: sql<Date | null>`coalesce(lapses_at, refresh_token_expires_at)`,
          lapses_since: sql<Date | null>`coalesce(lapses_since, issued_at)`,
        }),
  };
}
