import type { Db } from '../db/database.ts';

export interface StoredAnswer {
  status: number;
  contentType: string | null;
  location: string | null;
  body: string | null;
}

export type Claim =
  | { kind: 'first' }
  | { kind: 'other_request' }
  | { kind: 'under_way' }
  | { kind: 'answered'; answer: StoredAnswer };

interface Place {
  principalId: string;
  key: string;
}

/** Of requests with the same key, also on several instances, one is the first. */
export async function claimKey(
  db: Db,
  { principalId, key }: Place,
  requestHash: Buffer,
  { now, expiresAt }: { now: Date; expiresAt: Date },
): Promise<Claim> {
  await db.deleteFrom('idempotency_keys').where('expires_at', '<', now).execute();
  const inserted = await db
    .insertInto('idempotency_keys')
    .values({
      principal_id: principalId,
      key,
      request_hash: requestHash,
      status: null,
      content_type: null,
      location: null,
      body: null,
      created_at: now,
      expires_at: expiresAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) return { kind: 'first' };
  const row = await at(db, { principalId, key });
  // Given free between the two statements: the first request had no effect.
  if (row === undefined) return { kind: 'under_way' };
  if (!row.request_hash.equals(requestHash)) return { kind: 'other_request' };
  if (row.status === null) return { kind: 'under_way' };
  const { status, content_type: contentType, location, body } = row;
  return { kind: 'answered', answer: { status, contentType, location, body } };
}

export async function keepAnswer(db: Db, { principalId, key }: Place, answer: StoredAnswer): Promise<void> {
  await db
    .updateTable('idempotency_keys')
    .set({
      status: answer.status,
      content_type: answer.contentType,
      location: answer.location,
      body: answer.body,
    })
    .where('principal_id', '=', principalId)
    .where('key', '=', key)
    .execute();
}

/** The request had no effect: its key may be used again. */
export async function freeKey(db: Db, { principalId, key }: Place): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('principal_id', '=', principalId)
    .where('key', '=', key)
    .execute();
}

function at(db: Db, { principalId, key }: Place) {
  return db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('principal_id', '=', principalId)
    .where('key', '=', key)
    .executeTakeFirst();
}
