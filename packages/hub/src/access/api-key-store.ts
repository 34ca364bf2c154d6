import type { Page } from '@lockkeeper/contract';
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { AccessTables } from '../db/tables/access.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';

type Db = Kysely<Database>;
/** Everything but the hash, which nobody needs to read. */
export type ApiKeyRow = Omit<Selectable<AccessTables['api_keys']>, 'key_hash'>;

const columns = [
  'id',
  'name',
  'hint',
  'roles',
  'tool_ids',
  'may_write',
  'address_ranges',
  'created_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const;

export async function createApiKey(trx: Db, row: Insertable<AccessTables['api_keys']>): Promise<void> {
  await trx.insertInto('api_keys').values(row).execute();
}

export function findApiKey(db: Db, id: string): Promise<ApiKeyRow | undefined> {
  return db.selectFrom('api_keys').select(columns).where('id', '=', id).executeTakeFirst();
}

/** The key that this hash belongs to, if it may be used now. */
export function findUsableApiKey(db: Db, hash: Buffer, now: Date): Promise<ApiKeyRow | undefined> {
  return db
    .selectFrom('api_keys')
    .select(columns)
    .where('key_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .executeTakeFirst();
}

export function listApiKeys(
  db: Db,
  { q, ...page }: PageRequest & { q?: string | undefined },
): Promise<Page<ApiKeyRow>> {
  let query = db.selectFrom('api_keys').select(columns);
  if (q !== undefined && q !== '') query = query.where('name', 'ilike', containing(q));
  const sortable = { name: sql`lower(name)`, createdAt: sql.ref('created_at') };
  return fetchPage(query, { sortable, id: sql.ref<string>('id') }, page);
}

export async function isNameTaken(db: Db, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('api_keys')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** @returns whether it was not revoked before */
export async function revokeApiKey(trx: Db, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function noteUse(db: Db, id: string, now: Date): Promise<void> {
  await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', id).execute();
}
