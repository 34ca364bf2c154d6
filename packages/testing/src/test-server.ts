import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createDatabase, migrate, migrations, startEmbeddedPostgres } from '@lockkeeper/hub';

const prefix = 'lockkeeper-tests-';

export interface TestServer {
  /** The folder of the server's socket, for `pg`. */
  host: string;
  stop(): Promise<void>;
}

/** The database that every test's own one is a copy of. */
export const templateName = 'lockkeeper';

/** One PostgreSQL for a whole run of tests, with a migrated database to copy. Nothing of it survives. */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}${process.pid}-`));
  const server = await startEmbeddedPostgres({ dataFolder: folder, log: console.error, durable: false });
  // Only the copying may be connected to a template; so the pool is closed before the first test.
  const database = createDatabase(server.poolConfig);
  await migrate(database.db, migrations);
  await database.close();
  return {
    host: server.poolConfig.host,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A run that was killed leaves a server and its folder; the name holds the id of the process. */
async function removeAbandoned(): Promise<void> {
  for (const entry of readdirSync(os.tmpdir())) {
    const pid = entry.startsWith(prefix) ? Number(entry.slice(prefix.length).split('-')[0]) : Number.NaN;
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    const folder = path.join(os.tmpdir(), entry);
    try {
      const server = await startEmbeddedPostgres({ dataFolder: folder, log: () => {}, durable: false });
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or another run is at it.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
