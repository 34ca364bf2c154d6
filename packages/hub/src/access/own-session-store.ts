import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';

type Db = Kysely<Database>;

export interface OwnSessionRow {
  id: string;
  user_agent: string | null;
  ip_address: string | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
}

/** Newest first; nobody has so many that they need pages. */
export function listSessions(db: Db, userId: string, now: Date): Promise<OwnSessionRow[]> {
  return db
    .selectFrom('user_sessions')
    .select(['id', 'user_agent', 'ip_address', 'created_at', 'updated_at', 'expires_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('updated_at', 'desc')
    .limit(200)
    .execute();
}

/** @returns whether there was such a session of this person */
export async function endSession(trx: Db, userId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('user_sessions')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** @returns the ids of those that ended */
export async function endOtherSessions(trx: Db, userId: string, keptId: string): Promise<string[]> {
  const rows = await trx
    .deleteFrom('user_sessions')
    .where('user_id', '=', userId)
    .where('id', '!=', keptId)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function noteAuthenticated(db: Db, id: string, now: Date): Promise<void> {
  await db.updateTable('user_sessions').set({ authenticated_at: now }).where('id', '=', id).execute();
}
