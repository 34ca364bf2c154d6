import { type AuditEntry, actorRef, auditEntryId } from '@lockkeeper/contract';
import { z } from 'zod';
import type { AuditEntryRow } from './audit-entry-store.ts';

const changes = z.record(z.string(), z.unknown()).nullable();

export function auditEntryOf(row: AuditEntryRow): AuditEntry {
  return {
    id: auditEntryId.parse(row.id),
    sequence: row.sequence,
    at: row.at.toISOString(),
    actor: actorRef.parse({ kind: row.actor_kind, id: row.actor_id, name: row.actor_name }),
    action: row.action,
    outcome: row.outcome,
    subject: { type: row.subject_type, id: row.subject_id, name: row.subject_name },
    summary: row.summary,
    before: changes.parse(row.before),
    after: changes.parse(row.after),
    requestId: row.request_id,
  };
}
