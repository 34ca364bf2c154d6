import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

/** A table as a backup has it. Generated columns are made anew. */
export const backupTable = z.object({ table: z.string(), columns: z.array(z.string()) });
export type BackupTable = z.infer<typeof backupTable>;

/** What is left out, and why. Every other table is in the backup, also one that is added later. */
export const notInBackups: Readonly<Record<string, string>> = {
  schema_migrations: 'the migrations write it themselves',
  user_sessions: 'a restore signs everybody out: somebody may have lost their rights since',
  user_verifications: 'codes that live for minutes',
  setup_links: 'a one-time link that was used since would work again',
  sso_requests: 'sign-ins under way',
  authorization_requests: 'consents under way',
  authorization_results: 'pages that live for minutes',
  mid_enrolment_tokens: 'a one-time token that was used since would work again',
  mid_sessions: 'connections that exist no more',
  vault_instances: 'processes that exist no more',
  outbound_events: 'what was on its way has arrived since, and would be told again',
  event_deliveries: 'likewise',
};

/** Every table of the database's schema with its stored columns. */
export async function listTables<T>(db: Kysely<T>): Promise<BackupTable[]> {
  const { rows } = await sql`
    select c.relname as table,
      coalesce(array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = ''), '{}') as columns
    from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
    group by c.relname order by c.relname`.execute(db);
  return rows.map((row) => backupTable.parse(row));
}
