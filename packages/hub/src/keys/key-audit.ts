import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database } from '../db/database.ts';

export interface KeyStep {
  action:
    | 'vault_key.created'
    | 'vault_key.rewrapped'
    | 'vault_key.rotated'
    | 'vault_key.retired'
    | 'master_key.retired';
  /** Ids of keys tell nothing about them. */
  id: string;
  summary: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** Keys are changed from the command line only, by whoever holds the master key. */
export function recordKeyStep(
  audit: AuditLog,
  trx: Kysely<Database>,
  { action, id, summary, before, after }: KeyStep,
): Promise<void> {
  return audit.record(
    {
      actor: { kind: 'system', id: null, name: 'command line' },
      action,
      subject: { type: action.slice(0, action.indexOf('.')), id, name: id },
      summary,
      before: before ?? null,
      after: after ?? null,
    },
    trx,
  );
}
