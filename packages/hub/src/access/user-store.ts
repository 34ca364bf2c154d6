import type { Page, Role } from '@lockkeeper/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { AccessTables } from '../db/tables/access.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';

type Db = Kysely<Database>;
export type UserRow = Selectable<AccessTables['users']>;

const columns = [
  'id',
  'name',
  'email',
  'roles',
  'active',
  'created_at',
  'updated_at',
  'last_sign_in_at',
  'two_factor_enabled',
] as const;

export function findUser(db: Db, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').select(columns).where('id', '=', id).executeTakeFirst();
}

export function findUserByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').select(columns).where('email', '=', email.toLowerCase()).executeTakeFirst();
}

export function listUsers(
  db: Db,
  { q, ...page }: PageRequest & { q?: string | undefined },
): Promise<Page<UserRow>> {
  let query = db.selectFrom('users').select(columns);
  if (q !== undefined && q !== '') {
    const text = containing(q);
    query = query.where((where) => where.or([where('name', 'ilike', text), where('email', 'ilike', text)]));
  }
  const sortable = {
    name: sql`lower(name)`,
    email: sql.ref('email'),
    createdAt: sql.ref('created_at'),
  };
  return fetchPage(query, { sortable, id: sql.ref<string>('id') }, page);
}

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** Until the transaction ends nobody else creates or changes a user, so that rules over all users hold. */
export async function lockUsers(trx: Db): Promise<void> {
  await sql`lock table users in share row exclusive mode`.execute(trx);
}

/** @param passwordHash as `PeopleAuth.hashPassword` made it */
export async function createUser(
  trx: Db,
  user: { id: string; name: string; email: string; roles: readonly Role[] },
  passwordHash: string,
  now: Date,
): Promise<void> {
  await trx
    .insertInto('users')
    .values({
      id: user.id,
      name: user.name,
      email: user.email.toLowerCase(),
      roles: [...user.roles],
      created_at: now,
      updated_at: now,
      last_sign_in_at: null,
    })
    .execute();
  await trx
    .insertInto('user_accounts')
    .values({
      id: `${user.id}:password`,
      user_id: user.id,
      provider_id: 'credential',
      account_id: user.id,
      password: passwordHash,
    })
    .execute();
}

export async function updateUser(
  trx: Db,
  id: string,
  change: { name: string; roles: string[]; active: boolean },
  now: Date,
): Promise<void> {
  await trx
    .updateTable('users')
    .set({ ...change, updated_at: now })
    .where('id', '=', id)
    .execute();
}

export async function countActiveAdmins(trx: Db): Promise<number> {
  const { count } = await trx
    .selectFrom('users')
    .select(sql<number>`count(*)`.as('count'))
    .where('active', '=', true)
    .where(sql<boolean>`'admin' = any(roles)`)
    .executeTakeFirstOrThrow();
  return count;
}

export async function noteSignIn(db: Db, id: string, now: Date): Promise<void> {
  await db.updateTable('users').set({ last_sign_in_at: now }).where('id', '=', id).execute();
}

export async function endSessions(trx: Db, userId: string): Promise<void> {
  await trx.deleteFrom('user_sessions').where('user_id', '=', userId).execute();
}

/** Undefined for somebody whose password is elsewhere. */
export async function findPasswordHash(db: Db, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('user_accounts')
    .select('password')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst();
  return row?.password ?? undefined;
}

export async function setPasswordHash(trx: Db, userId: string, hash: string): Promise<void> {
  await trx
    .updateTable('user_accounts')
    .set({ password: hash })
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .execute();
}

/** @returns whether there was one */
export async function removeTwoFactor(trx: Db, userId: string): Promise<boolean> {
  await trx.deleteFrom('user_two_factors').where('user_id', '=', userId).execute();
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ two_factor_enabled: false })
    .where('id', '=', userId)
    .where('two_factor_enabled', '=', true)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The person of a session, and when they last proved that they are it. */
export function findSignedIn(
  db: Db,
  userId: string,
  sessionId: string,
): Promise<(UserRow & { authenticated_at: Date | null }) | undefined> {
  return db
    .selectFrom('users')
    .innerJoin('user_sessions', 'user_sessions.user_id', 'users.id')
    .select(columns.map((column) => `users.${column}` as const))
    .select('user_sessions.authenticated_at')
    .where('users.id', '=', userId)
    .where('user_sessions.id', '=', sessionId)
    .executeTakeFirst();
}
