import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createDatabase,
  type DatabaseConnection,
  migrate,
  migrations,
  startEmbeddedPostgres,
} from '@lockkeeper/hub';
import { startNode, type TestProcess } from '@lockkeeper/testing';
import type { Seeded } from './seed.ts';

export const samples = Number(process.env.BENCH_SAMPLES ?? 5);
export const sampleMs = Number(process.env.BENCH_SAMPLE_MS ?? 2500);

export interface BenchRig {
  readonly folder: string;
  readonly database: DatabaseConnection;
  readonly databaseUrl: string;
  start(file: string, args: string[], waitFor: RegExp, env?: NodeJS.ProcessEnv): Promise<TestProcess>;
  /** An instance of Lockkeeper on the database. */
  startInstance(
    seeded: Pick<Seeded, 'masterKey'>,
    env?: NodeJS.ProcessEnv,
  ): Promise<{ process: TestProcess; url: string }>;
}

export const portOf = ({ output }: TestProcess): number => Number(/"port":(\d+)/.exec(output)?.[1]);
export const urlOf = ({ output }: TestProcess): string =>
  /"url":"([^"]+)","msg":"instance is ready"/.exec(output)?.[1] ?? '';

/** A PostgreSQL of its own, durable as in production, and processes that end with the benchmark. */
export async function withRig(measure: (rig: BenchRig) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-'));
  // As root, PostgreSQL runs as another user, who must get through.
  chmodSync(folder, 0o711);
  const processes: TestProcess[] = [];
  const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), log: () => undefined });
  const database = createDatabase(postgres.poolConfig);
  const { host, port, user, database: name } = postgres.poolConfig;
  const databaseUrl = `postgresql://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const rig: BenchRig = {
    folder,
    database,
    databaseUrl,
    async start(file, args, waitFor, env = {}) {
      const path = fileURLToPath(new URL(file, import.meta.url));
      const process = await startNode(path, { args, waitFor, env });
      processes.push(process);
      return process;
    },
    async startInstance({ masterKey }, env = {}) {
      const process = await rig.start('../../apps/instance/src/main.ts', [], /instance is ready/, {
        DATABASE_URL: databaseUrl,
        LOCKKEEPER_MASTER_KEY: masterKey,
        LOCKKEEPER_PORT: '0',
        ...env,
      });
      return { process, url: urlOf(process) };
    },
  };
  try {
    await migrate(database.db, migrations);
    await measure(rig);
  } finally {
    for (const process of processes.toReversed()) await process.kill('SIGTERM');
    await database.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
