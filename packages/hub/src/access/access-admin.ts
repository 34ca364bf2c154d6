import {
  type ApiKeyCreated,
  type ApiKeyCreateInput,
  apiKeyCreate,
  type Invitation,
} from '@lockkeeper/contract';
import type { Db } from '../db/database.ts';
import { systemCaller } from '../http/caller.ts';
import { createApiKeyService } from './api-key-service.ts';
import { createAuditLog } from './audit-log.ts';
import { createFirstAdminLink } from './setup-link.ts';
import { type AuditCheckpoint, type AuditVerdict, verifyAuditLog } from './verify-audit-log.ts';

/** What whoever holds the database and its keys may do without signing in: the command line. */
export interface AccessAdmin {
  createApiKey(input: ApiKeyCreateInput): Promise<ApiKeyCreated>;
  /** @returns undefined once anybody exists: sign in then */
  createSetupLink(): Promise<Invitation | undefined>;
  verifyAuditLog(against: { checkpoint?: AuditCheckpoint }): Promise<AuditVerdict>;
}

export interface AccessAdminOptions {
  db: Db;
  publicUrl: URL;
  now?: () => Date;
}

export function createAccessAdmin({
  db,
  publicUrl,
  now = () => new Date(),
}: AccessAdminOptions): AccessAdmin {
  const auditLog = createAuditLog({ now });
  const apiKeys = createApiKeyService({ db, auditLog, events: { publish: async () => {} }, now });
  const caller = systemCaller('command line');
  const createdBy = caller.actor;

  return {
    verifyAuditLog: (against) => verifyAuditLog(db, against),

    createApiKey: (input) => apiKeys.create(apiKeyCreate.parse(input), caller),

    createSetupLink: () =>
      db.transaction().execute(async (trx) => {
        const link = await createFirstAdminLink(trx, { publicUrl, now: now(), createdBy });
        if (link !== undefined) {
          await auditLog.record(
            {
              actor: createdBy,
              action: 'setup_link.created',
              subject: { type: 'setup_link', id: null, name: null },
              summary: 'created the set-up link for the first administrator',
              after: { expiresAt: link.expiresAt },
            },
            trx,
          );
        }
        return link;
      }),
  };
}
