import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decryptBackup, type MasterKeys } from '@lockkeeper/vault';
import { type Kysely, sql } from 'kysely';
import { from as copyFrom } from 'pg-copy-streams';
import type { z } from 'zod';
import { createAuditLog } from '../access/audit-log.ts';
import type { Database, DatabaseConnection } from '../db/database.ts';
import { migrateWithin } from '../db/migrate.ts';
import type { Migration } from '../db/migration.ts';
import { openKeyRing } from '../keys/open-key-ring.ts';
import {
  copySettings,
  endLine,
  endOfTable as endOfTableText,
  type Manifest,
  manifest,
} from './backup-format.ts';
import { LineReader } from './backup-lines.ts';
import { BackupProblem } from './backup-problem.ts';
import { backupTable, listTables } from './backup-tables.ts';
import { deferReferences } from './defer-references.ts';
import { inOneTransaction, type OneConnection } from './one-connection.ts';
import { markRestoredTokens, type RestoredToken } from './restored-tokens.ts';
import { copyStatement } from './write-backup.ts';

const COPY_BATCH_BYTES = 64 * 1024;
const endOfTable = Buffer.from(endOfTableText);
const newLine = Buffer.from('\n');

export interface RestoreBackupOptions {
  database: DatabaseConnection;
  masterKeys: MasterKeys;
  file: string;
  migrations: readonly Migration[];
  /** No token is used: for looking at a backup while the installation it was made from lives on. */
  isDrill: boolean;
  now?: () => Date;
  onProgress?: (progress: { table: string; rows: number }) => void;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly rows: Readonly<Record<string, number>>;
  /** Whose refresh token may have been replaced since the backup. */
  readonly tokens: readonly RestoredToken[];
}

/**
 * Fills an empty database from a backup, in one transaction: all of it or nothing.
 *
 * @throws BackupProblem, VaultError
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<Restored> {
  const { database, masterKeys, migrations, isDrill, now = () => new Date() } = options;
  const lines = new LineReader(readBackup(options.file, [masterKeys.current, ...masterKeys.previous]));
  try {
    const head = await parseLine(lines, manifest);
    const newest = migrations.at(-1)?.number ?? 0;
    if (head.schema > newest) {
      throw new BackupProblem(
        `The backup was made by a newer Lockkeeper (schema ${head.schema}, this one knows ${newest}). ` +
          'Restore it with that version or a later one.',
      );
    }
    return await inOneTransaction(database.pool, 'begin', async (connection) => {
      const { client, db } = connection;
      for (const setting of copySettings) await client.query(setting);
      await refuseUnlessEmpty(db);
      await migrateWithin(
        db,
        migrations.filter(({ number }) => number <= head.schema),
      );
      const undefer = await deferReferences(db);
      const rows = await copyAll(lines, head, connection, options.onProgress);
      await undefer();
      await migrateWithin(db, migrations);
      await refuseUnknownKeys(db, masterKeys);
      const tokens = await markRestoredTokens(db, { isDrill, now: now(), madeAt: new Date(head.madeAt) });
      await createAuditLog({ now }).record(
        {
          actor: { kind: 'system', id: null, name: 'command line' },
          action: 'backup.restored',
          subject: { type: 'backup', id: null, name: null },
          summary: `restored the backup of ${head.madeAt}`,
          after: {
            madeAt: head.madeAt,
            schema: head.schema,
            isDrill,
            credentials: tokens.map(({ credentialId }) => credentialId),
          },
        },
        db,
      );
      return { manifest: head, rows, tokens };
    });
  } finally {
    await lines.close();
  }
}

async function* readBackup(file: string, keys: readonly MasterKeys['current'][]): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file);
  try {
    const pieces: AsyncIterable<Uint8Array> = source;
    yield* decryptBackup(ReadableStream.from(pieces), keys);
  } catch (error) {
    // Whatever the cipher makes of it, a file that cannot be read says so itself.
    if (source.errored && 'code' in source.errored) {
      throw new BackupProblem(`${file} cannot be read (${String(source.errored.code)}).`, { cause: error });
    }
    throw error;
  } finally {
    source.destroy();
  }
}

async function parseLine<T>(lines: LineReader, schema: z.ZodType<T>): Promise<T> {
  const line = await lines.next();
  if (line === undefined) throw damaged();
  let content: unknown;
  try {
    content = JSON.parse(line.toString());
  } catch {
    throw damaged();
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw damaged();
  return parsed.data;
}

/** Decryption went well, so it is the writer's fault and not damage on the way. */
function damaged(): BackupProblem {
  return new BackupProblem('The file was decrypted, but what is inside is not a backup of Lockkeeper.');
}

async function refuseUnlessEmpty(db: Kysely<Database>): Promise<void> {
  const tables = await listTables(db);
  if (tables.length === 0) return;
  const [first = '', ...others] = tables.map(({ table }) => table);
  throw new BackupProblem(
    `The database is not empty (it has ${others.length === 0 ? `the table ${first}` : `${tables.length} tables`}), ` +
      'and a restore never overwrites. Create a new database, or choose a new folder with LOCKKEEPER_DATA.',
  );
}

async function copyAll(
  lines: LineReader,
  head: Manifest,
  { client, db }: OneConnection,
  onProgress: RestoreBackupOptions['onProgress'],
): Promise<Record<string, number>> {
  const known = new Map((await listTables(db)).map((table) => [table.table, table.columns]));
  const rows: Record<string, number> = {};
  for (const name of head.tables) {
    const table = await parseLine(lines, backupTable);
    const columns = known.get(name);
    if (table.table !== name || !table.columns.every((column) => columns?.includes(column))) throw damaged();
    await removeSeeds(db, name);
    const copy = client.query(copyFrom(copyStatement(table, 'from stdin')));
    await pipeline(Readable.from(rowsOf(lines)), copy);
    rows[name] = copy.rowCount;
    onProgress?.({ table: name, rows: copy.rowCount });
  }
  const { rows: written } = await parseLine(lines, endLine);
  const isComplete = head.tables.every((name) => rows[name] === written[name]);
  if (!isComplete || (await lines.next()) !== undefined) throw damaged();
  return rows;
}

/** Rows that migrations insert are in the backup as they were at its time. */
async function removeSeeds(db: Kysely<Database>, table: string): Promise<void> {
  const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
  // The audit log refuses the statement itself, also when it deletes nothing.
  if (rows.length > 0) await sql`delete from ${sql.table(table)}`.execute(db);
}

async function* rowsOf(lines: LineReader): AsyncGenerator<Buffer> {
  let batch: Buffer[] = [];
  let size = 0;
  for (;;) {
    const line = await lines.next();
    if (line === undefined) throw damaged();
    if (line.equals(endOfTable)) break;
    batch.push(line, newLine);
    size += line.length + 1;
    if (size < COPY_BATCH_BYTES) continue;
    yield Buffer.concat(batch);
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield Buffer.concat(batch);
}

/** A backup opens with one master key and may hold data keys that another one wraps: a rotation was under way. */
async function refuseUnknownKeys(db: Kysely<Database>, masterKeys: MasterKeys): Promise<void> {
  const { rows } = await sql`select 1 from vault_keys limit 1`.execute(db);
  if (rows.length > 0) await openKeyRing(db, async () => masterKeys);
}
