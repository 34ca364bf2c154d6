import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { sealedColumnOf } from '../db/sealed-column.ts';

/** A column of values that the vault sealed. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly keyColumn: string;
}

export interface SealedValue {
  /** Where the row lies at the moment (`ctid`). */
  readonly place: string;
  readonly sealed: string;
}

const referencing = z.object({ table: z.string(), key_column: z.string() });
const counted = z.object({ key_id: z.string(), values: z.coerce.number() });
const sealedValue = z.object({ place: z.string(), sealed: z.string() });

/** Every column that refers to a data key, found in the schema, so that a later table cannot be forgotten. */
export async function listSealedColumns<T>(db: Kysely<T>): Promise<SealedColumn[]> {
  const { rows } = await sql`
    select c.relname as table, a.attname as key_column
    from pg_constraint f
      join pg_class c on c.oid = f.conrelid
      join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
    where f.contype = 'f' and f.confrelid = 'vault_keys'::regclass
    order by 1, 2`.execute(db);
  return rows.map((row) => {
    const { table, key_column } = referencing.parse(row);
    return { table, keyColumn: key_column, column: sealedColumnOf(key_column) };
  });
}

/** How many values of a column are sealed with which key. */
export async function countByKey<T>(
  db: Kysely<T>,
  { table, keyColumn }: SealedColumn,
): Promise<{ keyId: string; values: number }[]> {
  const { rows } = await sql`
    select ${sql.ref(keyColumn)} as key_id, count(*) as values from ${sql.table(table)}
    where ${sql.ref(keyColumn)} is not null group by 1`.execute(db);
  return rows.map((row) => {
    const { key_id, values } = counted.parse(row);
    return { keyId: key_id, values };
  });
}

/** Values that another key than this one sealed. */
export async function listSealedOtherwise<T>(
  db: Kysely<T>,
  { table, column, keyColumn }: SealedColumn,
  keyId: string,
  except: readonly string[],
  limit: number,
): Promise<SealedValue[]> {
  const { rows } = await sql`
    select ctid::text as place, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(keyColumn)} <> ${keyId} and ${sql.ref(column)} <> all(${sql.val([...except])}::text[])
    limit ${limit}`.execute(db);
  return rows.map((row) => sealedValue.parse(row));
}

/** Replaces a value by the same one under another key, unless it has changed since it was read. */
export async function replaceSealed<T>(
  db: Kysely<T>,
  { table, column }: SealedColumn,
  { place, sealed }: SealedValue,
  anew: string,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${anew}
    where ctid = ${place}::tid and ${sql.ref(column)} = ${sealed}`.execute(db);
  return numAffectedRows === 1n;
}
