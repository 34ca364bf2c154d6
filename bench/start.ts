import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { round } from './hand-out.ts';
import { median } from './load.ts';
import { samples, withRig } from './parts/rig.ts';
import { seedCredentials } from './parts/seed.ts';
import { peakMebibytesOf } from './process-cost.ts';

// P6: from the start of the process to its first answer, with the embedded database, and what an idle instance asks.
const main = fileURLToPath(new URL('../apps/instance/src/main.ts', import.meta.url));
const IDLE_MS = Number(process.env.BENCH_IDLE_MS ?? 20_000);

export async function benchStart(): Promise<object> {
  const cold: number[] = [];
  const first: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-'));
    // As root, PostgreSQL runs as another user, who must get through.
    chmodSync(folder, 0o711);
    try {
      first.push(await timeToAnswer(folder, 17_400 + sample));
      cold.push(await timeToAnswer(folder, 17_400 + sample));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const idle = { idleSqlPerSecond: 0, rssMb: 0 };
  await withRig(async (rig) => {
    const hour = new Date(Date.now() + 3_600_000);
    const tokens = { tokenUrl: 'https://provider.example/token', expiresAt: hour, refreshAt: hour };
    const seeded = await seedCredentials(rig.database.db, 100, tokens);
    const { process } = await rig.startInstance(seeded);
    await sleep(3000);
    const before = await transactions(rig.database.db);
    await sleep(IDLE_MS);
    const count = (await transactions(rig.database.db)) - before - 1;
    idle.idleSqlPerSecond = round((count * 1000) / IDLE_MS);
    idle.rssMb = peakMebibytesOf(process.pid);
  });
  const summary = {
    case: 'P6',
    coldStartMs: Math.round(median(cold)),
    firstStartMs: Math.round(median(first)),
    ...idle,
  };
  console.table(summary);
  return summary;
}

/** Of a whole process: from `node` to the first 200 of `/readyz`, the database included. */
async function timeToAnswer(dataFolder: string, port: number): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      LOCKKEEPER_DATA: join(dataFolder, 'data'),
      LOCKKEEPER_PORT: String(port),
    },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.status === 200) return performance.now() - startedMs;
      if (child.exitCode !== null) throw new Error('the instance ended');
      await sleep(5);
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** Each statement outside a transaction is one; those inside count together. */
async function transactions(db: Parameters<typeof seedCredentials>[0]): Promise<number> {
  await sleep(1100);
  const { rows } = await sql<{
    count: number;
  }>`select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}
