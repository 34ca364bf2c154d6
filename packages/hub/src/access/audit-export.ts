import { Readable } from 'node:stream';
import type { AuditEntry, AuditExport } from '@lockkeeper/contract';
import type { Db } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { actorOf } from '../http/principal.ts';
import { eachAuditEntry } from './audit-entry-store.ts';
import { auditEntryOf } from './audit-entry-view.ts';
import type { AuditLog } from './audit-log.ts';
import { canonicalJson } from './canonical-json.ts';
import { csvLine } from './csv.ts';

const header = [
  'sequence',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'action',
  'outcome',
  'subjectType',
  'subjectId',
  'subjectName',
  'summary',
  'before',
  'after',
  'requestId',
];

/** Everything that the filter matches, read while it is sent; who took it is in the log before the first byte. */
export async function exportAuditLog(
  db: Db,
  auditLog: AuditLog,
  { format, filter }: AuditExport,
  { principal, requestId }: Caller,
): Promise<Readable> {
  await auditLog.record(
    {
      actor: actorOf(principal),
      action: 'audit_log.exported',
      subject: { type: 'audit_log', id: null, name: null },
      summary: `exported the audit log as ${format === 'csv' ? 'CSV' : 'JSON lines'}`,
      after: { format, filter },
      requestId,
    },
    db,
  );
  return Readable.from(lines(db, format, filter), { objectMode: false });
}

async function* lines(
  db: Db,
  format: AuditExport['format'],
  filter: AuditExport['filter'],
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(header);
  const lineOf = format === 'csv' ? csvOf : (entry: AuditEntry) => `${JSON.stringify(entry)}\n`;
  for await (const rows of eachAuditEntry(db, filter)) {
    yield rows.map((row) => lineOf(auditEntryOf(row))).join('');
  }
}

function csvOf({ actor, subject, ...entry }: AuditEntry): string {
  return csvLine([
    String(entry.sequence),
    entry.at,
    actor.kind,
    actor.id ?? '',
    actor.name,
    entry.action,
    entry.outcome,
    subject.type,
    subject.id ?? '',
    subject.name ?? '',
    entry.summary,
    entry.before === null ? '' : canonicalJson(entry.before),
    entry.after === null ? '' : canonicalJson(entry.after),
    entry.requestId ?? '',
  ]);
}
