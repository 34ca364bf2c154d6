import type { Page } from '@lockkeeper/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { AccessTables } from '../db/tables/access.ts';
import { containing, fetchPage, type PageRequest } from '../http/page.ts';

type Db = Kysely<Database>;
export type AuditEntryRow = Selectable<AccessTables['audit_entries']>;

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
  { q, subjectId, action, actorId, outcome, from, to, ...page }: AuditEntryFilter & PageRequest,
): Promise<Page<AuditEntryRow>> {
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
  if (q !== undefined && q !== '') {
    const text = containing(q);
    query = query.where((where) =>
      where.or(
        (['summary', 'actor_name', 'subject_name', 'action'] as const).map((column) =>
          where(column, 'ilike', text),
        ),
      ),
    );
  }
  // In the order of the chain, which is the order of time and indexed.
  const sortable = { at: sql.ref('sequence') };
  return fetchPage(query, { sortable, id: sql.ref<string>('id') }, page);
}
