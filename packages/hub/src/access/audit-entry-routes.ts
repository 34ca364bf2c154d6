import {
  auditEntry,
  auditEntryFilter,
  auditEntryId,
  auditExport,
  listQuery,
  pageOf,
  secretsUsed,
  secretsUsedQuery,
} from '@lockkeeper/contract';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { found } from '../http/hub-error.ts';
import { findAuditEntry, listAuditEntries } from './audit-entry-store.ts';
import { auditEntryOf } from './audit-entry-view.ts';
import { exportAuditLog } from './audit-export.ts';
import type { AuditLog } from './audit-log.ts';
import { findSecretsUsed } from './secrets-used.ts';

const query = listQuery(['at'], '-at').extend(auditEntryFilter.shape);
const exportTypes = { csv: 'text/csv; charset=utf-8', jsonl: 'application/jsonl' } as const;

const exported = {
  description: 'Whatever the filter matches, oldest first',
  content: { 'text/csv': { schema: z.unknown() }, 'application/jsonl': { schema: z.unknown() } },
};

export function registerAuditEntryRoutes(app: HttpApp, db: Db, auditLog: AuditLog): void {
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

  // POST, because it leaves an entry of its own.
  app.post(
    '/api/v1/audit-entries/export',
    { schema: { body: auditExport, response: { 200: exported } } },
    async (request, reply) => {
      const { format } = request.body;
      const lines = await exportAuditLog(db, auditLog, request.body, callerOf(request));
      return reply
        .type(exportTypes[format])
        .header('content-disposition', `attachment; filename="audit-log.${format}"`)
        .send(lines);
    },
  );

  app.get(
    '/api/v1/secrets-used',
    { schema: { querystring: secretsUsedQuery, response: { 200: secretsUsed } } },
    async (request) => findSecretsUsed(db, request.query),
  );
}
