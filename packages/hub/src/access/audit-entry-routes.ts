import {
  type AuditEntry,
  actorRef,
  auditEntry,
  auditEntryFilter,
  auditEntryId,
  listQuery,
  pageOf,
} from '@lockkeeper/contract';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { found } from '../http/hub-error.ts';
import { type AuditEntryRow, findAuditEntry, listAuditEntries } from './audit-entry-store.ts';

const query = listQuery(['at'], '-at').extend(auditEntryFilter.shape);
const changes = z.record(z.string(), z.unknown()).nullable();

export function registerAuditEntryRoutes(app: HttpApp, db: Db): void {
  app.get(
    '/api/v1/audit-entries',
    { schema: { querystring: query, response: { 200: pageOf(auditEntry) } } },
    async (request) => {
      const page = await listAuditEntries(db, request.query);
      return { ...page, items: page.items.map(auditEntryOf) };
    },
  );

  app.get(
    '/api/v1/audit-entries/:id',
    { schema: { params: z.strictObject({ id: auditEntryId }), response: { 200: auditEntry } } },
    async (request) => auditEntryOf(found(await findAuditEntry(db, request.params.id), 'audit entry')),
  );
}

function auditEntryOf(row: AuditEntryRow): AuditEntry {
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
