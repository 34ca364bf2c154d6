import type { Db } from '../db/database.ts';
import { countByKey, listSealedColumns } from './sealed-columns.ts';
import { createVaultKeyStore } from './vault-key-store.ts';

export interface MasterKeyReport {
  readonly id: string;
  readonly isCurrent: boolean;
  /** Data keys that it wraps. */
  readonly dataKeys: number;
  /** False: a data key needs it, and it was not given. */
  readonly isGiven: boolean;
}

export interface DataKeyReport {
  readonly id: string;
  readonly keyEncryptionId: string;
  readonly isCurrent: boolean;
  readonly createdAt: Date;
  /** Sealed values, by `table.column`. */
  readonly sealed: Readonly<Record<string, number>>;
}

export interface KeyReport {
  readonly masterKeys: readonly MasterKeyReport[];
  readonly dataKeys: readonly DataKeyReport[];
  /** Begun and not finished: it goes on with the next `keys rotate`. */
  readonly unfinished:
    | { readonly dataKeyId: string; readonly since: Date; readonly left: number }
    | undefined;
}

/** @param masterKeyIds those that were given; the first one wraps */
export async function reportKeys(db: Db, masterKeyIds: readonly string[]): Promise<KeyReport> {
  const stored = await createVaultKeyStore(db).list();
  const sealedBy = new Map<string, Record<string, number>>();
  for (const column of await listSealedColumns(db)) {
    for (const { keyId, values } of await countByKey(db, column)) {
      sealedBy.set(keyId, { ...sealedBy.get(keyId), [`${column.table}.${column.column}`]: values });
    }
  }
  const dataKeys = stored.map((key) => ({
    id: key.id,
    keyEncryptionId: key.keyEncryptionId,
    isCurrent: key.isCurrent,
    createdAt: key.createdAt,
    sealed: sealedBy.get(key.id) ?? {},
  }));
  const ids = new Set([...masterKeyIds, ...stored.map((key) => key.keyEncryptionId)]);
  const current = stored.find((key) => key.isCurrent);
  return {
    masterKeys: [...ids].map((id) => ({
      id,
      isCurrent: id === masterKeyIds[0],
      isGiven: masterKeyIds.includes(id),
      dataKeys: stored.filter((key) => key.keyEncryptionId === id).length,
    })),
    dataKeys,
    unfinished:
      current !== undefined && current.completedAt === undefined
        ? {
            dataKeyId: current.id,
            since: current.createdAt,
            left: dataKeys.filter((key) => !key.isCurrent).reduce((total, key) => total + valuesOf(key), 0),
          }
        : undefined,
  };
}

export function valuesOf({ sealed }: DataKeyReport): number {
  return Object.values(sealed).reduce((total, values) => total + values, 0);
}
