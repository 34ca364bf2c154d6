import type { Page } from '@lockkeeper/contract';
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { AccessTables } from '../db/tables/access.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';

type Db = Kysely<Database>;
export type AuditEntryRow = Selectable<AccessTables['audit_entries']>;

const EXPORT_BATCH = 500;
const searched = [
  'summary',
  'actor_name',
  'subject_name',
  'subject_type',
  'subject_id',
  'action',
  'request_id',
] as const;

export interface AuditEntryFilter {
  q?: string | undefined;
  subjectId?: string | undefined;
  action?: string | undefined;
  actorId?: string | undefined;
  outcome?: 'success' | 'failure' | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export function findAuditEntry(db: Db, id: string): Promise<AuditEntryRow | undefined> {
  return db.selectFrom('audit_entries').selectAll().where('id', '=', id).executeTakeFirst();
}

export function listAuditEntries(
  db: Db,
  { limit, cursor, sort, ...filter }: AuditEntryFilter & PageRequest,
): Promise<Page<AuditEntryRow>> {
  // In the order of the chain, which is the order of time and indexed.
  const sortable = { at: sql.ref('sequence') };
  return fetchPage(matching(db, filter), { sortable, id: sql.ref<string>('id') }, { limit, cursor, sort });
}

/** Oldest first, in batches, up to what is the newest entry now. */
export async function* eachAuditEntry(db: Db, filter: AuditEntryFilter): AsyncGenerator<AuditEntryRow[]> {
  const { sequence: end } = await db.selectFrom('audit_head').select('sequence').executeTakeFirstOrThrow();
  let after = 0;
  for (;;) {
    const rows = await matching(db, filter)
      .where('sequence', '>', after)
      .where('sequence', '<=', end)
      .orderBy('sequence')
      .limit(EXPORT_BATCH)
      .execute();
    if (rows.length > 0) yield rows;
    if (rows.length < EXPORT_BATCH) return;
    after = rows.at(-1)?.sequence ?? end;
  }
}

function matching(
  db: Db,
  { q = '', subjectId, action, actorId, outcome, from, to }: AuditEntryFilter,
): SelectQueryBuilder<Database, 'audit_entries', AuditEntryRow> {
  let query = db.selectFrom('audit_entries').selectAll();
  if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId);
  if (actorId !== undefined) query = query.where('actor_id', '=', actorId);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  if (from !== undefined) query = query.where('at', '>=', new Date(from));
  if (to !== undefined) query = query.where('at', '<', new Date(to));
  if (action !== undefined) {
    const everyOf = action.endsWith('.');
    query = query.where(
      'action',
      everyOf ? 'like' : '=',
      everyOf ? `${containing(action).slice(1)}` : action,
    );
  }
  // Every word somewhere, in any order: "ada credential" finds what Ada did to credentials.
  for (const word of q.split(/\s+/).filter(Boolean)) {
    query = query.where((where) =>
      where.or(searched.map((column) => where(column, 'ilike', containing(word)))),
    );
  }
  return query;
}
