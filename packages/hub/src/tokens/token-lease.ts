import { randomUUID } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import type { TokensTables } from '../db/tables/tokens.ts';
import { isRefreshable, type StoredToken, tokenOf } from './token.ts';

export type LeaseAttempt =
  | { readonly kind: 'leased'; readonly token: StoredToken; readonly leaseId: string }
  /** Another one refreshes. */
  | { readonly kind: 'held' }
  /** A newer token is there already. */
  | { readonly kind: 'renewed'; readonly token: StoredToken }
  | { readonly kind: 'backing_off'; readonly token: StoredToken; readonly retryAt: Date }
  | { readonly kind: 'not_refreshable'; readonly token: StoredToken | undefined };

export interface LeaseWish {
  /** The version the caller wants replaced. */
  readonly version: number;
  readonly leaseMs: number;
  readonly now: Date;
  /** Also before the time of the next attempt: a person asked. */
  readonly isUrgent: boolean;
  /** Also where the holder sent, and may have an answer that it could not store yet. */
  readonly mayTakeOver: boolean;
}

type LeaseRow = Selectable<TokensTables['tokens']> & { is_leased: boolean; is_just_back: boolean };

/** The database was started a moment ago: whoever holds a lease could not store anything before. */
const isJustBack = sql<boolean>`pg_postmaster_start_time() > clock_timestamp() - interval '3 s'`;
const isLeased = sql<boolean>`coalesce(lease_until > clock_timestamp(), false)`;

export interface LeaseRequest {
  readonly credentialId: string;
  readonly wish: LeaseWish;
}

/** What becomes of wishes that came at the same time, each as if it were alone, in one transaction. */
export function takeLeases(db: Db, requests: readonly LeaseRequest[]): Promise<LeaseAttempt[]> {
  return db.transaction().execute(async (trx) => {
    const ids = [...new Set(requests.map(({ credentialId }) => credentialId))];
    // A row that another transaction holds is one that somebody is at: nobody waits here, so nobody waits in a circle.
    const rows = await trx
      .selectFrom('tokens')
      .selectAll()
      .select([isLeased.as('is_leased'), isJustBack.as('is_just_back')])
      .where('credential_id', 'in', ids)
      .forUpdate()
      .skipLocked()
      .execute();
    const known = new Map(rows.map((row) => [row.credential_id, row]));
    const held = await existing(
      ids.filter((id) => !known.has(id)),
      trx,
    );
    const taken: Taken[] = [];
    const attempts = requests.map(({ credentialId, wish }): LeaseAttempt => {
      const row = known.get(credentialId);
      if (row === undefined) return held.has(credentialId) ? { kind: 'held' } : notThere;
      const attempt = judge(row, wish);
      if (attempt.kind !== 'leased') return attempt;
      known.set(credentialId, { ...row, is_leased: true });
      taken.push({ attempt, wish });
      return attempt;
    });
    if (taken.length > 0) await write(taken, trx);
    return attempts;
  });
}

const notThere: LeaseAttempt = { kind: 'not_refreshable', token: undefined };

interface Taken {
  readonly attempt: Extract<LeaseAttempt, { kind: 'leased' }>;
  readonly wish: LeaseWish;
}

async function existing(ids: readonly string[], trx: Kysely<Database>): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await trx
    .selectFrom('tokens')
    .select('credential_id')
    .where('credential_id', 'in', [...ids])
    .execute();
  return new Set(rows.map((row) => row.credential_id));
}

/** What becomes of a wish, with the row locked. */
function judge(row: LeaseRow, wish: LeaseWish): LeaseAttempt {
  const token = tokenOf(row);
  const isEnded = token.state === 'needs_authorization' || token.state === 'revoked';
  if (!isEnded && token.version !== wish.version) return { kind: 'renewed', token };
  if (!isRefreshable(token)) return { kind: 'not_refreshable', token };
  if (row.is_leased) return { kind: 'held' };
  if (row.lease_sent_at !== null && (row.is_just_back || !wish.mayTakeOver)) return { kind: 'held' };
  // A lease that ended after sending is of unknown outcome; one that ended before is simply free again.
  const unknownOutcomes = token.unknownOutcomes + (row.lease_sent_at === null ? 0 : 1);
  if (row.lease_sent_at === null && !wish.isUrgent && token.retryAt && token.retryAt > wish.now) {
    return { kind: 'backing_off', token, retryAt: token.retryAt };
  }
  return { kind: 'leased', token: { ...token, unknownOutcomes }, leaseId: randomUUID() };
}

async function write(taken: readonly Taken[], trx: Kysely<Database>): Promise<void> {
  const column = <T>(of: (one: Taken) => T): T[] => taken.map(of);
  await sql`
    update tokens set
      state = 'refreshing',
      unknown_outcomes = taken.unknown_outcomes,
      lease_id = taken.lease_id,
      lease_until = clock_timestamp() + taken.lease_ms * interval '1 ms',
      lease_sent_at = null,
      -- Due as soon as the lease ends, should its holder vanish.
      refresh_at = least(refresh_at, taken.now)
    from unnest(
      ${column(({ attempt }) => attempt.token.id)}::text[],
      ${column(({ attempt }) => attempt.token.unknownOutcomes)}::integer[],
      ${column(({ attempt }) => attempt.leaseId)}::text[],
      ${column(({ wish }) => wish.leaseMs)}::integer[],
      ${column(({ wish }) => wish.now)}::timestamptz[]
    ) as taken (id, unknown_outcomes, lease_id, lease_ms, now)
    where tokens.id = taken.id
  `.execute(trx);
}

export interface SentMark {
  readonly token: StoredToken;
  readonly leaseId: string;
  readonly timeoutMs: number;
}

/** @returns for each whether its lease is still ours and outlives the request: only then may that leave */
export async function markAllSent(db: Db, marks: readonly SentMark[]): Promise<boolean[]> {
  const column = <T>(of: (one: SentMark) => T): T[] => marks.map(of);
  const { rows } = await sql<{ lease_id: string }>`
    -- Asking again by a grant that needs nobody uses nothing up: nothing is uncertain if its answer is lost.
    update tokens set lease_sent_at = case when grant_type = 'authorization_code' then clock_timestamp() end
    from unnest(
      ${column(({ token }) => token.id)}::text[],
      ${column(({ token }) => token.version)}::integer[],
      ${column(({ leaseId }) => leaseId)}::text[],
      ${column(({ timeoutMs }) => timeoutMs)}::integer[]
    ) as sent (id, version, lease_id, timeout_ms)
    where tokens.id = sent.id and tokens.version = sent.version and tokens.lease_id = sent.lease_id
      and tokens.lease_until > clock_timestamp() + sent.timeout_ms * interval '1 ms'
    returning tokens.lease_id
  `.execute(db);
  const marked = new Set(rows.map((row) => row.lease_id));
  return marks.map(({ leaseId }) => marked.has(leaseId));
}
