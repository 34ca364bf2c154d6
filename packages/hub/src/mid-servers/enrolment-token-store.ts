import { type ActorRef, type EnrolmentToken, enrolmentTokenId, midServerId } from '@lockkeeper/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { MidServersTables } from '../db/tables/mid-servers.ts';
import { fetchPage, type PageRequest } from '../http/page.ts';

type Db = Kysely<Database>;

export interface NewEnrolmentToken {
  readonly id: string;
  readonly hash: Buffer;
  readonly name: string | null;
  readonly createdAt: Date;
  readonly createdBy: ActorRef;
  readonly expiresAt: Date;
}

export async function addEnrolmentToken(trx: Db, token: NewEnrolmentToken): Promise<EnrolmentToken> {
  const row = await trx
    .insertInto('mid_enrolment_tokens')
    .values({
      id: token.id,
      token_hash: token.hash,
      name: token.name,
      created_at: token.createdAt,
      created_by: JSON.stringify(token.createdBy),
      expires_at: token.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toView(row);
}

/** Uses the token up: of any number who try at once, one gets it. */
export async function redeemEnrolmentToken(trx: Db, hash: Buffer, now: Date) {
  return trx
    .updateTable('mid_enrolment_tokens')
    .set({ used_at: now })
    .where('token_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['id', 'name', 'created_by'])
    .executeTakeFirst();
}

export async function noteEnrolled(trx: Db, id: string, enrolled: string): Promise<void> {
  await trx
    .updateTable('mid_enrolment_tokens')
    .set({ mid_server_id: enrolled })
    .where('id', '=', id)
    .execute();
}

export async function listEnrolmentTokens(db: Db, page: PageRequest) {
  const query = db.selectFrom('mid_enrolment_tokens').selectAll();
  const sortable = { createdAt: sql.ref('created_at'), expiresAt: sql.ref('expires_at') };
  const found = await fetchPage(query, { sortable, id: sql.ref<string>('id') }, page);
  return { ...found, items: found.items.map(toView) };
}

/** @returns whether there was an unused one */
export async function removeEnrolmentToken(trx: Db, id: string): Promise<boolean> {
  const query = trx.deleteFrom('mid_enrolment_tokens').where('id', '=', id).where('used_at', 'is', null);
  return (await query.executeTakeFirst()).numDeletedRows > 0n;
}

function toView(row: Selectable<MidServersTables['mid_enrolment_tokens']>): EnrolmentToken {
  return {
    id: enrolmentTokenId.parse(row.id),
    name: row.name,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at.toISOString(),
    usedAt: row.used_at?.toISOString() ?? null,
    midServerId: row.mid_server_id === null ? null : midServerId.parse(row.mid_server_id),
  };
}
