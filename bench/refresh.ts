import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { round } from './hand-out.ts';
import { type BenchRig, portOf, withRig } from './parts/rig.ts';
import { seedCredentials } from './parts/seed.ts';
import { cpuMsOf, peakMebibytesOf } from './process-cost.ts';

// P7: credentials that fall due in the same minute, refreshed ahead of expiry by three instances.
const INSTANCES = 3;
const CREDENTIALS = Number(process.env.BENCH_CREDENTIALS ?? 10_000);
const countsSchema = z.object({ refreshes: z.number(), duplicates: z.number() });
const LONGEST_MS = 90_000;

export async function benchRefresh(): Promise<object> {
  let summary = {};
  await withRig(async (rig) => {
    summary = await measure(rig);
  });
  console.table(summary);
  return summary;
}

async function measure(rig: BenchRig): Promise<object> {
  const { db } = rig.database;
  const provider = await rig.start('./provider.ts', [], /listening/);
  const origin = `http://127.0.0.1:${portOf(provider)}`;
  const soon = new Date(Date.now() + 1000);
  const seeded = await seedCredentials(db, CREDENTIALS, {
    tokenUrl: `${origin}/token`,
    expiresAt: new Date(Date.now() + 10 * 60_000),
    refreshAt: soon,
  });
  const env = { LOCKKEEPER_ALLOW_ORIGINS: origin, LOCKKEEPER_LOG_LEVEL: 'info' };
  const startedMs = performance.now();
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, () => rig.startInstance(seeded, env)),
  );
  const refreshed = async () => {
    const row = await db
      .selectFrom('tokens')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('version', '>', 1)
      .executeTakeFirstOrThrow();
    return row.count;
  };
  const before = await refreshed();
  const fromMs = performance.now();
  let done = before;
  while (done < CREDENTIALS && performance.now() - fromMs < LONGEST_MS) {
    await sleep(250);
    done = await refreshed();
  }
  const seconds = (performance.now() - fromMs) / 1000;
  const counts = countsSchema.parse(await (await fetch(`${origin}/counts`)).json());
  const cpuMs = instances.reduce((sum, { process }) => sum + cpuMsOf(process.pid), 0);
  return {
    case: 'P7',
    credentials: CREDENTIALS,
    refreshed: done,
    duplicates: counts.duplicates,
    perSecond: Math.round((done - before) / seconds),
    seconds: round((performance.now() - startedMs) / 1000),
    cpuMsPerRefresh: round(cpuMs / done),
    rssMb: Math.max(...instances.map(({ process }) => peakMebibytesOf(process.pid))),
  };
}
