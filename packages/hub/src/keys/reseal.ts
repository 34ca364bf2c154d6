import type { Vault } from '@lockkeeper/vault';
import { VaultError } from '@lockkeeper/vault';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { countByKey, listSealedColumns, listSealedOtherwise, replaceSealed } from './sealed-columns.ts';

export interface ResealProgress {
  readonly resealed: number;
  /** Grows when instances seal with the old key meanwhile. */
  readonly total: number;
}

export interface ResealResult {
  readonly resealed: number;
  /** `table.column` of values that do not open: damaged before, and left as they are. */
  readonly damaged: readonly string[];
}

const BATCH = 100;

/**
 * Seals everything with the current data key that another one sealed. Each value is a statement of its own, so that
 * nobody waits for more than one; what is killed in between goes on where it was, because what is left is in the rows.
 */
export async function resealAll(
  connection: Kysely<Database>,
  vault: Vault,
  keyId: string,
  onProgress: (progress: ResealProgress) => void,
): Promise<ResealResult> {
  const damaged: string[] = [];
  let resealed = 0;
  // A value sealed anew that a crash undoes is sealed anew again; the last commit of the rotation makes all durable.
  await sql`set synchronous_commit = off`.execute(connection);
  try {
    const columns = await listSealedColumns(connection);
    let left = 0;
    for (const column of columns) {
      const counts = await countByKey(connection, column);
      left += sum(counts.filter((count) => count.keyId !== keyId).map((count) => count.values));
    }
    for (const column of columns) {
      const name = `${column.table}.${column.column}`;
      const unreadable: string[] = [];
      for (;;) {
        const batch = await listSealedOtherwise(connection, column, keyId, unreadable, BATCH);
        if (batch.length === 0) break;
        for (const value of batch) {
          const anew = await resealOne(vault, value.sealed);
          if (anew === undefined) unreadable.push(value.sealed);
          else if (await replaceSealed(connection, column, value, anew)) resealed++;
        }
        left = Math.max(0, left - batch.length);
        onProgress({ resealed, total: resealed + left });
      }
      damaged.push(...unreadable.map(() => name));
    }
  } finally {
    await sql`reset synchronous_commit`.execute(connection);
  }
  return { resealed, damaged };
}

async function resealOne(vault: Vault, sealed: string): Promise<string | undefined> {
  try {
    return await vault.reseal(sealed);
  } catch (error) {
    if (error instanceof VaultError && error.code === 'vault.sealed_value_damaged') return undefined;
    throw error;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
