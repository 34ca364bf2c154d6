import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';
import { auditEntryId } from './id.ts';

/** One change or refused attempt. `before` and `after` hold changed fields only, never a secret. */
export const auditEntry = z.object({
  id: auditEntryId,
  sequence: z.int(),
  at: dateTime,
  actor: actorRef,
  /** `<noun>.<past participle>`, such as `credential.created`, `token.refreshed`, `access.denied`. */
  action: z.string(),
  outcome: z.enum(['success', 'failure']),
  subject: z.object({ type: z.string(), id: z.string().nullable(), name: z.string().nullable() }),
  /** One sentence for people: "refreshed the token of Bitbucket – Docs". */
  summary: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  requestId: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** GET /audit-entries, newest first by default. */
export const auditEntryFilter = z.strictObject({
  subjectId: z.string().max(100).optional(),
  /** Exact, or a noun's prefix with a trailing dot: `token.` */
  action: z.string().max(100).optional(),
  actorId: z.string().max(100).optional(),
  outcome: z.enum(['success', 'failure']).optional(),
  from: dateTime.optional(),
  to: dateTime.optional(),
});

/** POST /audit-entries/export: everything that the filter matches, oldest first. Itself an audit entry. */
export const auditExport = z.strictObject({
  /** `jsonl`: an audit entry on each line. */
  format: z.enum(['csv', 'jsonl']),
  filter: auditEntryFilter.extend({ q: z.string().trim().max(200).optional() }).default({}),
});
export type AuditExport = z.infer<typeof auditExport>;
