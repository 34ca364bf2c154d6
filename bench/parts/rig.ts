import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  createDatabase,
  type DatabaseConnection,
  migrate,
  migrations,
  startEmbeddedPostgres,
} from '@lockkeeper/hub';
import { startNode, type TestProcess } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { nodeOptions } from '../../scripts/node-options.mjs';
import { programBundle } from '../../scripts/program-bundle.mjs';
import type { Seeded } from './seed.ts';

export const samples = Number(process.env.BENCH_SAMPLES ?? 5);
/** Of the instances alone, such as `--cpu-prof` for a profile of them. */
const furtherNodeOptions = process.env.BENCH_NODE_OPTIONS;
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
  /** From now on the database writes down every statement. @returns how many instances have sent since */
  countStatements(): Promise<() => number>;
}

export const portOf = ({ output }: TestProcess): number => Number(/"port":(\d+)/.exec(output)?.[1]);
export const urlOf = ({ output }: TestProcess): string =>
  /"url":"([^"]+)","msg":"instance is ready"/.exec(output)?.[1] ?? '';

/** By the names that an instance gives its connections; a benchmark's own have another. */
const instanceStatement = /^lockkeeper\S* LOG: {2}(statement|execute)/gm;

/** A PostgreSQL of its own, durable as in production, and processes that end with the benchmark. */
export async function withRig(measure: (rig: BenchRig) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-'));
  // As root, PostgreSQL runs as another user, who must get through.
  chmodSync(folder, 0o711);
  const processes: TestProcess[] = [];
  const postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), log: () => undefined });
  const database = createDatabase({ ...postgres.poolConfig, application_name: 'bench' });
  const program = await programBundle();
  const { host, port, user, database: name } = postgres.poolConfig;
  const databaseUrl = `postgresql://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const rig: BenchRig = {
    folder,
    database,
    databaseUrl,
    async start(file, args, waitFor, env = {}) {
      const path = file.startsWith('.') ? fileURLToPath(new URL(file, import.meta.url)) : file;
      const process = await startNode(path, { args, waitFor, env, nodeOptions });
      processes.push(process);
      return process;
    },
    async startInstance({ masterKey }, env = {}) {
      const process = await rig.start(program, ['start'], /instance is ready/, {
        DATABASE_URL: databaseUrl,
        LOCKKEEPER_MASTER_KEY: masterKey,
        LOCKKEEPER_PORT: '0',
        NODE_OPTIONS: furtherNodeOptions,
        ...env,
      });
      return { process, url: urlOf(process) };
    },
    async countStatements() {
      await sql`alter system set log_statement = 'all'`.execute(database.db);
      await sql`alter system set log_line_prefix = '%a '`.execute(database.db);
      await sql`select pg_reload_conf()`.execute(database.db);
      const count = () =>
        readFileSync(join(folder, 'db', 'server.log'), 'utf8').match(instanceStatement)?.length ?? 0;
      const before = count();
      return () => count() - before;
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
