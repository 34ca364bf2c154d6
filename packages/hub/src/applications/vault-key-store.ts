import type { DataKeyStore } from '@lockkeeper/vault';
import type { Db } from '../db/database.ts';

/** The vault's wrapped data keys, in the database they protect. */
export function createVaultKeyStore(db: Db): DataKeyStore {
  return {
    async list() {
      const rows = await db
        .selectFrom('vault_keys')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        id: row.id,
        keyEncryptionId: row.key_encryption_id,
        wrapped: row.wrapped,
        isCurrent: row.is_current,
      }));
    },
    async addCurrent(key, replaces) {
      await db.transaction().execute(async (trx) => {
        if (replaces !== undefined) {
          const ended = await trx
            .updateTable('vault_keys')
            .set({ is_current: false })
            .where('id', '=', replaces)
            .where('is_current', '=', true)
            .executeTakeFirst();
          // Another instance was faster; its key is the current one now.
          if (ended.numUpdatedRows === 0n) return;
        }
        await trx
          .insertInto('vault_keys')
          .values({
            id: key.id,
            key_encryption_id: key.keyEncryptionId,
            wrapped: key.wrapped,
            is_current: true,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },
  };
}
