import { createWriteStream, existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { encryptBackup, type MasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { z } from 'zod';
import { createAuditLog } from '../access/audit-log.ts';
import type { DatabaseConnection } from '../db/database.ts';
import { copySettings, endOfTable, type Manifest } from './backup-format.ts';
import { BackupProblem } from './backup-problem.ts';
import { type BackupTable, listTables, notInBackups } from './backup-tables.ts';
import { inOneTransaction, type OneConnection } from './one-connection.ts';

export interface WriteBackupOptions {
  database: DatabaseConnection;
  masterKeys: MasterKeys;
  /** Must not exist yet. */
  file: string;
  /** The newest schema this program knows. */
  newestSchema: number;
  now?: () => Date;
  onProgress?: (progress: { table: string; rows: number }) => void;
}

export interface Backup {
  readonly madeAt: Date;
  readonly schema: number;
  readonly rows: Readonly<Record<string, number>>;
}

const serverRow = z.object({ schema: z.number().nullable(), version: z.string() });

/**
 * Writes everything of one moment (a repeatable-read snapshot) into one encrypted file, while instances run. The file
 * appears under its name when it is complete and on disk.
 *
 * @throws BackupProblem
 */
export async function writeBackup(options: WriteBackupOptions): Promise<Backup> {
  const { database, masterKeys, file, now = () => new Date() } = options;
  if (existsSync(file)) throw alreadyThere(file);
  const backup = await inOneTransaction(
    database.pool,
    'begin isolation level repeatable read read only',
    async (connection) => {
      for (const setting of copySettings) await connection.client.query(setting);
      const madeAt = now();
      const content = await contentOf(connection, madeAt, options);
      await writeWhole(file, await encryptBackup(ReadableStream.from(content.chunks), masterKeys.current));
      return { madeAt, schema: content.schema, rows: content.rows };
    },
  );
  await database.db.transaction().execute((trx) =>
    createAuditLog({ now }).record(
      {
        actor: { kind: 'system', id: null, name: 'command line' },
        action: 'backup.created',
        subject: { type: 'backup', id: null, name: path.basename(file) },
        summary: `made the backup ${path.basename(file)}`,
        after: { schema: backup.schema, rows: sum(Object.values(backup.rows)) },
      },
      trx,
    ),
  );
  return backup;
}

async function contentOf(connection: OneConnection, madeAt: Date, options: WriteBackupOptions) {
  const tables = await listTables(connection.db);
  if (!tables.some(({ table }) => table === 'schema_migrations')) {
    throw new BackupProblem('This database holds nothing of Lockkeeper yet: there is nothing to back up.');
  }
  const { rows: found } = await sql`
    select (select max(number) from schema_migrations) as schema, current_setting('server_version') as version`.execute(
    connection.db,
  );
  const { schema, version } = serverRow.parse(found[0]);
  if (schema === null || schema > options.newestSchema) {
    throw new BackupProblem(
      `The database was migrated by a newer Lockkeeper (schema ${schema}, this one knows ${options.newestSchema}). ` +
        'Make the backup with that version.',
    );
  }
  const included = tables.filter(({ table }) => !(table in notInBackups));
  const rows: Record<string, number> = {};
  const head: Manifest = {
    format: 'lockkeeper-backup',
    version: 1,
    schema,
    madeAt: madeAt.toISOString(),
    postgresql: version,
    tables: included.map(({ table }) => table),
  };
  return { schema, rows, chunks: chunks() };

  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield line(JSON.stringify(head));
    for (const table of included) {
      yield line(JSON.stringify(table));
      const copy = connection.client.query(copyTo(copyStatement(table, 'to stdout')));
      for await (const chunk of copy) yield chunk;
      yield line(endOfTable);
      rows[table.table] = copy.rowCount;
      options.onProgress?.({ table: table.table, rows: copy.rowCount });
    }
    yield line(JSON.stringify({ end: true, rows }));
  }
}

export function copyStatement(
  { table, columns }: BackupTable,
  direction: 'to stdout' | 'from stdin',
): string {
  return `copy ${escapeIdentifier(table)} (${columns.map(escapeIdentifier).join(', ')}) ${direction}`;
}

/** Of the disk, of its quota, of the size that files may have here. */
const noRoom: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

async function writeWhole(file: string, content: ReadableStream<Uint8Array>): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await pipeline(content, createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }));
    await link(partial, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw alreadyThere(file);
    if (typeof code === 'string' && noRoom.has(code)) {
      const what = `There is no room for ${file} (${code}). Nothing was left behind. Make room, or choose another place.`;
      throw new BackupProblem(what, { cause: error });
    }
    if (typeof code === 'string' && error instanceof Error && 'path' in error) {
      throw new BackupProblem(`${file} cannot be written (${code}). Choose another place.`, { cause: error });
    }
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}

function alreadyThere(file: string): BackupProblem {
  return new BackupProblem(`${file} exists already. Choose another name.`);
}

function line(text: string): Uint8Array {
  return Buffer.from(`${text}\n`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
