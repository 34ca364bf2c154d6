import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

const reference = z.object({ table: z.string(), name: z.string() });

/**
 * Lets tables be filled in any order, circles included: references are checked when the returned function is called,
 * which also makes them what they were. For the transaction that goes on only.
 */
export async function deferReferences<T>(db: Kysely<T>): Promise<() => Promise<void>> {
  const { rows } = await sql`
    select c.relname as table, f.conname as name
    from pg_constraint f join pg_class c on c.oid = f.conrelid
    where f.contype = 'f' and not f.condeferrable and f.connamespace = current_schema()::regnamespace`.execute(
    db,
  );
  const references = rows.map((row) => reference.parse(row));
  for (const { table, name } of references) {
    await sql`alter table ${sql.table(table)} alter constraint ${sql.ref(name)} deferrable initially deferred`.execute(
      db,
    );
  }
  return async () => {
    await sql`set constraints all immediate`.execute(db);
    for (const { table, name } of references) {
      await sql`alter table ${sql.table(table)} alter constraint ${sql.ref(name)} not deferrable`.execute(db);
    }
  };
}
