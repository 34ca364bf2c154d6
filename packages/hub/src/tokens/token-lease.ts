import { randomUUID } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
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
}

export type LeaseRow = Selectable<TokensTables['tokens']> & { is_leased: boolean };

/** What becomes of a wish, with the row locked. */
export async function leaseOf(row: LeaseRow, wish: LeaseWish, trx: Kysely<Database>): Promise<LeaseAttempt> {
  const token = tokenOf(row);
  const isEnded = token.state === 'needs_authorization' || token.state === 'revoked';
  if (!isEnded && token.version !== wish.version) return { kind: 'renewed', token };
  if (!isRefreshable(token)) return { kind: 'not_refreshable', token };
  if (row.is_leased) return { kind: 'held' };
  // A lease that ended after sending is of unknown outcome; one that ended before is simply free again.
  const unknownOutcomes = token.unknownOutcomes + (row.lease_sent_at === null ? 0 : 1);
  if (row.lease_sent_at === null && !wish.isUrgent && token.retryAt && token.retryAt > wish.now) {
    return { kind: 'backing_off', token, retryAt: token.retryAt };
  }
  const leaseId = randomUUID();
  await trx
    .updateTable('tokens')
    .set({
      state: 'refreshing',
      unknown_outcomes: unknownOutcomes,
      lease_id: leaseId,
      lease_until: sql`clock_timestamp() + ${wish.leaseMs} * interval '1 ms'`,
      lease_sent_at: null,
      // Due as soon as the lease ends, should its holder vanish.
      refresh_at: sql`least(refresh_at, ${wish.now})`,
    })
    .where('id', '=', token.id)
    .execute();
  return { kind: 'leased', token: { ...token, unknownOutcomes }, leaseId };
}
