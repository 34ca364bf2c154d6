import type { DataKeyStore, StoredDataKey } from '@lockkeeper/vault';
import type { Kysely, Selectable } from 'kysely';
import type { Database, Db } from '../db/database.ts';
import type { VaultTables } from '../db/tables/vault.ts';

/** A data key with what a rotation knows of it. */
export interface VaultKey extends StoredDataKey {
  readonly createdAt: Date;
  /** Undefined: not everything is sealed with it yet. */
  readonly completedAt: Date | undefined;
}

/** The vault's wrapped data keys, in the database they protect. */
export interface VaultKeyStore extends DataKeyStore {
  list(): Promise<readonly VaultKey[]>;
  /** Puts a new key into the place of the current one. @returns false when another program was faster */
  replaceCurrent(key: StoredDataKey, replaced: string, trx: Kysely<Database>): Promise<boolean>;
  rewrap(before: StoredDataKey, after: StoredDataKey, trx: Kysely<Database>): Promise<boolean>;
  complete(id: string, trx: Kysely<Database>): Promise<boolean>;
  /** @throws the database's refusal when anything is sealed with it */
  delete(id: string, trx: Kysely<Database>): Promise<boolean>;
}

export function createVaultKeyStore(db: Db): VaultKeyStore {
  return {
    async list() {
      const rows = await db
        .selectFrom('vault_keys')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(vaultKeyOf);
    },

    async addCurrent(key, replaces) {
      await db.transaction().execute(async (trx) => {
        if (replaces !== undefined && !(await endCurrent(replaces, trx))) return;
        await trx
          .insertInto('vault_keys')
          .values(columnsOf(key))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      });
    },

    async replaceCurrent(key, replaced, trx) {
      if (!(await endCurrent(replaced, trx))) return false;
      await trx
        .insertInto('vault_keys')
        .values({ ...columnsOf(key), completed_at: null })
        .execute();
      return true;
    },

    async rewrap(before, after, trx) {
      const { numUpdatedRows } = await trx
        .updateTable('vault_keys')
        .set({ wrapped: after.wrapped, key_encryption_id: after.keyEncryptionId })
        .where('id', '=', before.id)
        .where('wrapped', '=', before.wrapped)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async complete(id, trx) {
      const { numUpdatedRows } = await trx
        .updateTable('vault_keys')
        .set({ completed_at: new Date() })
        .where('id', '=', id)
        .where('completed_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async delete(id, trx) {
      const { numDeletedRows } = await trx
        .deleteFrom('vault_keys')
        .where('id', '=', id)
        .where('is_current', '=', false)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}

/** @returns false when it was not the current one: another instance was faster, its key is the current one now */
async function endCurrent(id: string, trx: Kysely<Database>): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('vault_keys')
    // Whatever a rotation to it left undone is the next one's.
    .set({ is_current: false, completed_at: new Date() })
    .where('id', '=', id)
    .where('is_current', '=', true)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function columnsOf(key: StoredDataKey) {
  return {
    id: key.id,
    key_encryption_id: key.keyEncryptionId,
    wrapped: key.wrapped,
    is_current: true,
  };
}

function vaultKeyOf(row: Selectable<VaultTables['vault_keys']>): VaultKey {
  return {
    id: row.id,
    keyEncryptionId: row.key_encryption_id,
    wrapped: row.wrapped,
    isCurrent: row.is_current,
    createdAt: row.created_at,
    completedAt: row.completed_at ?? undefined,
  };
}
