import type { Role } from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../db/database.ts';
import type { UserRow } from './user-store.ts';

type Db = Kysely<Database>;

export interface SsoRequest {
  stateHash: Buffer;
  browserHash: Buffer;
  nonce: string;
  codeVerifier: string;
  /** The session that is to be confirmed; null for a sign-in. */
  sessionId: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export async function createSsoRequest(db: Db, request: SsoRequest): Promise<void> {
  await db.deleteFrom('sso_requests').where('expires_at', '<', request.createdAt).execute();
  await db
    .insertInto('sso_requests')
    .values({
      state_hash: request.stateHash,
      browser_hash: request.browserHash,
      nonce: request.nonce,
      code_verifier: request.codeVerifier,
      session_id: request.sessionId,
      created_at: request.createdAt,
      expires_at: request.expiresAt,
    })
    .execute();
}

/** Takes the request out of the world: each works once, whatever becomes of it. */
export async function takeSsoRequest(
  db: Db,
  stateHash: Buffer,
  now: Date,
): Promise<Omit<SsoRequest, 'stateHash'> | undefined> {
  const row = await db
    .deleteFrom('sso_requests')
    .where('state_hash', '=', stateHash)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    browserHash: row.browser_hash,
    nonce: row.nonce,
    codeVerifier: row.code_verifier,
    sessionId: row.session_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** The person whom the provider knows by this subject. */
export function findLinkedUser(db: Db, providerId: string, subject: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .innerJoin('user_accounts', 'user_accounts.user_id', 'users.id')
    .selectAll('users')
    .where('user_accounts.provider_id', '=', providerId)
    .where('user_accounts.account_id', '=', subject)
    .executeTakeFirst();
}

export async function linkUser(trx: Db, userId: string, providerId: string, subject: string): Promise<void> {
  await trx
    .insertInto('user_accounts')
    .values({
      id: `${userId}:${subject}`,
      user_id: userId,
      provider_id: providerId,
      account_id: subject,
      password: null,
    })
    .execute();
}

/** Without a password of its own. */
export async function createLinkedUser(
  trx: Db,
  user: { id: string; name: string; email: string; roles: readonly Role[] },
  now: Date,
): Promise<void> {
  await trx
    .insertInto('users')
    .values({ ...user, roles: [...user.roles], created_at: now, updated_at: now, last_sign_in_at: null })
    .execute();
}

export async function findSessionUser(db: Db, sessionId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('user_sessions')
    .select('user_id')
    .where('id', '=', sessionId)
    .executeTakeFirst();
  return row?.user_id;
}
