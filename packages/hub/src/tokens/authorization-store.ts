import { createHash } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import type { TokensTables } from '../db/tables/tokens.ts';
import { type CallbackPage, callbackPage } from './callback-page.ts';

export type AuthorizationRequestRow = Selectable<TokensTables['authorization_requests']>;

/** Only the hash of a state is stored: whoever reads the database cannot end a flow. */
export function stateHash(state: string): Buffer {
  return createHash('sha256').update(state).digest();
}

/** SQL of flows under way, and of what the page after the callback says. */
export interface AuthorizationStore {
  insert(request: AuthorizationRequestRow): Promise<void>;
  /** Uses the state up: of many at once, one gets the row. */
  take(state: string): Promise<AuthorizationRequestRow | undefined>;
  drop(state: string): Promise<void>;
  saveResult(id: string, page: CallbackPage, expiresAt: Date): Promise<void>;
  findResult(id: string, now: Date): Promise<CallbackPage | undefined>;
  /** Removes what nobody will ask for any more. */
  sweep(now: Date): Promise<void>;
}

export function createAuthorizationStore(db: Db): AuthorizationStore {
  const takeByState = (state: string, connection: Kysely<Database>) =>
    connection
      .deleteFrom('authorization_requests')
      .where('state_hash', '=', stateHash(state))
      .returningAll()
      .executeTakeFirst();
  return {
    async insert(request) {
      await db.insertInto('authorization_requests').values(request).execute();
    },
    take: (state) => takeByState(state, db),
    async drop(state) {
      await takeByState(state, db);
    },
    async saveResult(id, page, expiresAt) {
      await db
        .insertInto('authorization_results')
        .values({ id, page: JSON.stringify(page), expires_at: expiresAt })
        .execute();
    },
    async findResult(id, now) {
      const row = await db
        .selectFrom('authorization_results')
        .select('page')
        .where('id', '=', id)
        .where('expires_at', '>', now)
        .executeTakeFirst();
      return row && callbackPage.parse(row.page);
    },
    async sweep(now) {
      await db.deleteFrom('authorization_requests').where('expires_at', '<', now).execute();
      await db.deleteFrom('authorization_results').where('expires_at', '<', now).execute();
    },
  };
}
