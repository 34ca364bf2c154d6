import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../apps/instance/src/free-port.ts';
import { nodeOptions } from '../scripts/node-options.mjs';
import { programBundle } from '../scripts/program-bundle.mjs';
import { round } from './hand-out.ts';
import { median } from './load.ts';
import { samples, withRig } from './parts/rig.ts';
import { seedCredentials } from './parts/seed.ts';
import { peakMebibytesOf } from './process-cost.ts';

// P6: from the start of the process to its first answer, with the embedded database, and what an idle instance asks.
const IDLE_MS = Number(process.env.BENCH_IDLE_MS ?? 20_000);

export async function benchStart(): Promise<object> {
  const program = await programBundle();
  const cold: number[] = [];
  const first: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-'));
    // As root, PostgreSQL runs as another user, who must get through.
    chmodSync(folder, 0o711);
    try {
      const port = await freePort('127.0.0.1');
      first.push(await timeToAnswer(program, folder, port));
      cold.push(await timeToAnswer(program, folder, port));
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
    const statements = await rig.countStatements();
    await sleep(IDLE_MS);
    idle.idleSqlPerSecond = round((statements() * 1000) / IDLE_MS);
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
async function timeToAnswer(program: string, dataFolder: string, port: number): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, program, 'start'], {
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
