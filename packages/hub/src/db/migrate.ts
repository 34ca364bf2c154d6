import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Migration } from './migration.ts';

/** Held while migrating, so that several instances may start at once on one database. */
const migrationLock = 5_460_019;

export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase';
}

const appliedRow = z.object({ number: z.number() });

/**
 * Brings the schema forward to what this code expects, in one transaction: all of it or nothing.
 * @returns the names of the migrations that were applied now
 * @throws NewerDatabase when a newer Lockkeeper has migrated this database already
 */
export async function migrate<T>(db: Kysely<T>, migrations: readonly Migration[]): Promise<string[]> {
  return db.transaction().execute((trx) => migrateWithin(trx, migrations));
}

/** The same in a transaction that goes on. */
export async function migrateWithin<T>(trx: Kysely<T>, migrations: readonly Migration[]): Promise<string[]> {
  await sql`select pg_advisory_xact_lock(${migrationLock}::bigint)`.execute(trx);
  await sql`create table if not exists schema_migrations (
      number integer primary key,
      name text not null,
      applied_at timestamptz not null default now()
    )`.execute(trx);
  const done = await appliedNumbers(trx);
  refuseNewer(done, migrations);
  const pending = migrations.filter((migration) => !done.has(migration.number));
  for (const migration of pending) await apply(trx, migration);
  return pending.map(nameOf);
}

async function appliedNumbers<T>(trx: Kysely<T>): Promise<Set<number>> {
  const { rows } = await sql`select number from schema_migrations`.execute(trx);
  return new Set(rows.map((row) => appliedRow.parse(row).number));
}

function refuseNewer(done: ReadonlySet<number>, migrations: readonly Migration[]): void {
  const known = migrations.at(-1)?.number ?? 0;
  const newest = Math.max(0, ...done);
  if (newest > known) {
    throw new NewerDatabase(
      `The database was migrated by a newer Lockkeeper (schema ${newest}, this one knows ${known}). ` +
        'Start that version or a later one.',
    );
  }
}

async function apply<T>(trx: Kysely<T>, migration: Migration): Promise<void> {
  try {
    await sql.raw(migration.sql).execute(trx);
  } catch (error) {
    throw new Error(`Migration ${nameOf(migration)} failed`, { cause: error });
  }
  await sql`insert into schema_migrations (number, name) values (${migration.number}, ${migration.name})`.execute(
    trx,
  );
}

function nameOf({ number, name }: Migration): string {
  return `${String(number).padStart(4, '0')}-${name}`;
}
