import { actorRef } from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import { chainHash, contentHash } from './audit-entry.ts';
import type { AuditEntryRow } from './audit-entry-store.ts';

const BATCH = 1000;

/** A place in the chain that somebody wrote down where the database's superuser cannot reach it. */
export interface AuditCheckpoint {
  sequence: number;
  /** Hexadecimal. */
  hash: string;
}

export type AuditVerdict =
  | { intact: true; entries: number; end: AuditCheckpoint }
  | { intact: false; sequence: number; id: string | null; reason: AuditFault };

/**
 * - `changed`: the entry's columns are not what was hashed when it was written
 * - `missing`: there is no entry with this sequence although later ones, or the chain's end, follow
 * - `unchained`: the entry does not follow from the one before it
 * - `beyond_end`: the entry is not accounted for by the chain's end
 * - `checkpoint`: the chain is not the one that the checkpoint was taken from
 */
export type AuditFault = 'changed' | 'missing' | 'unchained' | 'beyond_end' | 'checkpoint';

/**
 * Walks the whole chain in one snapshot, so that it may run beside writers, and names the first row that is wrong.
 * Whoever may write every table can remove the newest entries and set the chain's end back to match: only a checkpoint
 * that was kept elsewhere tells.
 */
export function verifyAuditLog(
  db: Db,
  { checkpoint, batch = BATCH }: { checkpoint?: AuditCheckpoint; batch?: number } = {},
): Promise<AuditVerdict> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => walk(trx, checkpoint, batch));
}

async function walk(
  trx: Kysely<Database>,
  checkpoint: AuditCheckpoint | undefined,
  batch: number,
): Promise<AuditVerdict> {
  let hash = await firstHash(trx);
  let sequence = 0;
  for (;;) {
    const rows = await trx
      .selectFrom('audit_entries')
      .selectAll()
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(batch)
      .execute();
    for (const row of rows) {
      if (row.sequence !== sequence + 1) return fault(sequence + 1, null, 'missing');
      const reason = faultOf(row, hash);
      if (reason !== undefined) return fault(row.sequence, row.id, reason);
      if (row.sequence === checkpoint?.sequence && row.hash.toString('hex') !== checkpoint.hash) {
        return fault(row.sequence, row.id, 'checkpoint');
      }
      sequence = row.sequence;
      hash = row.hash;
    }
    if (rows.length < batch) break;
  }
  return judgeEnd(trx, { sequence, hash }, checkpoint);
}

async function judgeEnd(
  trx: Kysely<Database>,
  last: { sequence: number; hash: Buffer },
  checkpoint: AuditCheckpoint | undefined,
): Promise<AuditVerdict> {
  const head = await trx.selectFrom('audit_head').select(['sequence', 'hash']).executeTakeFirst();
  if (head === undefined) return fault(last.sequence, null, 'beyond_end');
  if (head.sequence > last.sequence) return fault(last.sequence + 1, null, 'missing');
  if (head.sequence < last.sequence) return fault(head.sequence + 1, null, 'beyond_end');
  if (!head.hash.equals(last.hash)) return fault(last.sequence, null, 'unchained');
  if (checkpoint !== undefined && checkpoint.sequence > last.sequence) {
    return fault(last.sequence + 1, null, 'missing');
  }
  const end = { sequence: last.sequence, hash: last.hash.toString('hex') };
  return { intact: true, entries: last.sequence, end };
}

function faultOf(row: AuditEntryRow, previous: Buffer): AuditFault | undefined {
  const actor = actorRef.safeParse({ kind: row.actor_kind, id: row.actor_id, name: row.actor_name });
  if (!actor.success) return 'changed';
  const content = contentHash({
    id: row.id,
    at: row.at.toISOString(),
    actor: actor.data,
    action: row.action,
    outcome: row.outcome,
    subject: { type: row.subject_type, id: row.subject_id, name: row.subject_name },
    summary: row.summary,
    before: row.before,
    after: row.after,
    requestId: row.request_id,
  });
  if (!content.equals(row.content_hash)) return 'changed';
  return chainHash(previous, row.sequence, content).equals(row.hash) ? undefined : 'unchained';
}

/** What the first entry is chained to. */
async function firstHash(trx: Kysely<Database>): Promise<Buffer> {
  const { rows } = await sql<{ hash: Buffer }>`select sha256('lockkeeper audit log') as hash`.execute(trx);
  return rows[0]?.hash ?? Buffer.alloc(0);
}

function fault(sequence: number, id: string | null, reason: AuditFault): AuditVerdict {
  return { intact: false, sequence, id, reason };
}
