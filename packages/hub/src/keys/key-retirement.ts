import type { Kysely } from 'kysely';
import { createAuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import { isReferenceViolation } from '../db/violations.ts';
import { recordKeyStep } from './key-audit.ts';
import { withKeyLock } from './key-lock.ts';
import { KeyProblem } from './key-problem.ts';
import { createVaultKeyStore } from './vault-key-store.ts';

export interface KeyRetirementParts {
  db: Db;
  now?: () => Date;
}

/**
 * Deletes data keys that seal nothing any more. The database itself refuses to delete one that does.
 *
 * @param id one key; all that can be retired if absent
 * @returns the ids of those that are gone
 * @throws KeyProblem
 */
export async function retireDataKeys(
  { db, now = () => new Date() }: KeyRetirementParts,
  id?: string,
): Promise<string[]> {
  const store = createVaultKeyStore(db);
  const audit = createAuditLog({ now });
  return withKeyLock(db, async () => {
    const keys = await store.list();
    const former = keys.filter((key) => !key.isCurrent && (id === undefined || key.id === id));
    if (id !== undefined && former.length === 0) {
      throw new KeyProblem(
        keys.some((key) => key.id === id)
          ? `${id} is the current data key. Rotate first: lockkeeper keys rotate`
          : `There is no data key ${id}.`,
      );
    }
    const retired: string[] = [];
    for (const key of former) if (await retire(key.id)) retired.push(key.id);
    if (id !== undefined && retired.length === 0) {
      throw new KeyProblem(
        `${id} is still in use: values are sealed with it (lockkeeper keys list shows which). ` +
          'Seal them anew first: lockkeeper keys rotate',
      );
    }
    return retired;
  });

  async function retire(keyId: string): Promise<boolean> {
    const step = {
      action: 'vault_key.retired',
      id: keyId,
      summary: `retired data key ${keyId}`,
    } as const;
    try {
      return await db.transaction().execute(async (trx) => {
        const isGone = await store.delete(keyId, trx);
        if (isGone) await recordKeyStep(audit, trx, step);
        return isGone;
      });
    } catch (error) {
      if (isReferenceViolation(error)) return false;
      throw error;
    }
  }
}

/**
 * Checks that no data key needs this master key any more, runs what takes it away, and records it.
 *
 * @throws KeyProblem
 */
export async function retireMasterKey(
  { db, now = () => new Date() }: KeyRetirementParts,
  id: string,
  takeAway: () => Promise<void>,
): Promise<void> {
  await withKeyLock(db, async (connection) => {
    const wrapped = (await createVaultKeyStore(db).list()).filter((key) => key.keyEncryptionId === id);
    if (wrapped.length > 0) {
      throw new KeyProblem(
        `${id} still wraps ${wrapped.length} data ${wrapped.length === 1 ? 'key' : 'keys'}. ` +
          'Wrap them anew first: lockkeeper keys rotate',
      );
    }
    await takeAway();
    await record(connection);
  });

  async function record(connection: Kysely<Database>): Promise<void> {
    await recordKeyStep(createAuditLog({ now }), connection, {
      action: 'master_key.retired',
      id,
      summary: `retired master key ${id}`,
    });
  }
}
