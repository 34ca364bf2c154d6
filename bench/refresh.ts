import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '@lockkeeper/hub';
import { sql } from 'kysely';
import { z } from 'zod';
import { round } from './hand-out.ts';
import { refreshBare } from './parts/bare-refresh.ts';
import { type BenchRig, portOf, withRig } from './parts/rig.ts';
import { seedCredentials } from './parts/seed.ts';
import { cpuMsOf, peakMebibytesOf } from './process-cost.ts';

// P7: credentials that expire in the same minute, refreshed ahead of it by three instances, while their tokens are asked
// for. Bare is a client that sends as many requests to the same provider, as many at a time, and stores nothing.
const INSTANCES = 3;
/** What an instance has on its way at once; see RefreshSchedule. */
const AT_ONCE = 16;
const CREDENTIALS = Number(process.env.BENCH_CREDENTIALS ?? 10_000);
/** Rows that are not due. */
const IDLE_CREDENTIALS = Number(process.env.BENCH_IDLE_CREDENTIALS ?? 0);
/** For three instances to start in. */
const START_MS = Number(process.env.BENCH_START_MS ?? 15_000);
const EXPIRE_IN_MS = 60_000;
const ASK_EVERY_MS = 20;
const LONGEST_MS = 120_000;
const HOUR = 3_600_000;

const countsSchema = z.object({ refreshes: z.number(), duplicates: z.number() });
const handOutSchema = z.object({ expiresAt: z.coerce.date() });

export async function benchRefresh(): Promise<object> {
  let summary = {};
  await withRig(async (rig) => {
    summary = await measure(rig);
  });
  console.table(summary);
  return summary;
}

async function measure(rig: BenchRig): Promise<object> {
  const provider = await rig.start('./provider.ts', [], /listening/);
  const origin = `http://127.0.0.1:${portOf(provider)}`;
  const tokenUrl = `${origin}/token`;
  const bare = await refreshBare(tokenUrl, CREDENTIALS, INSTANCES * AT_ONCE);

  const later = new Date(Date.now() + 100 * HOUR);
  const times = { expiresAt: later, refreshAt: later };
  const seeded = await seedCredentials(rig.database.db, CREDENTIALS + IDLE_CREDENTIALS, {
    tokenUrl,
    ...times,
  });
  const ids = seeded.credentialIds.slice(0, CREDENTIALS);
  const dueAt = await makeDue(rig.database.db, ids);
  const env = { LOCKKEEPER_ALLOW_ORIGINS: origin };
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, () => rig.startInstance(seeded, env)),
  );
  const cpuMs = () => instances.reduce((sum, { process }) => sum + cpuMsOf(process.pid), 0);
  if (dueAt.getTime() < Date.now()) throw new Error('the instances were not ready in time');
  await sleep(dueAt.getTime() - Date.now());

  const cpuBeforeMs = cpuMs();
  const asking = askForTokens(
    instances.map(({ url }) => url),
    ids,
    seeded.apiKey,
  );
  await allRefreshed(rig.database.db);
  const cpuMsUsed = cpuMs() - cpuBeforeMs;
  const asked = await asking.stop();
  const stored = await timesUntilStored(rig.database.db, dueAt);
  const { duplicates } = countsSchema.parse(await (await fetch(`${origin}/counts`)).json());
  return {
    case: 'P7',
    credentials: CREDENTIALS,
    idleCredentials: IDLE_CREDENTIALS,
    refreshed: stored.refreshed,
    duplicates,
    ...asked,
    ratio: round(stored.rps / bare.rps),
    rps: stored.rps,
    p50Ms: stored.p50Ms,
    p99Ms: stored.p99Ms,
    cpuMsPerRequest: round(cpuMsUsed / stored.refreshed),
    rssMb: Math.max(...instances.map(({ process }) => peakMebibytesOf(process.pid))),
    bare,
  };
}

/** @returns when: the instances are ready by then */
async function makeDue(db: Db, credentialIds: readonly string[]): Promise<Date> {
  await sql`vacuum analyze`.execute(db);
  const dueAt = new Date(Date.now() + START_MS);
  const expiresAt = new Date(dueAt.getTime() + EXPIRE_IN_MS);
  await sql`
    update tokens set refresh_at = ${dueAt}, expires_at = ${expiresAt} where credential_id = any(${credentialIds})
  `.execute(db);
  return dueAt;
}

async function allRefreshed(db: Db): Promise<void> {
  const untilMs = performance.now() + LONGEST_MS;
  while (performance.now() < untilMs) {
    const left = await db
      .selectFrom('tokens')
      .select('id')
      .where('version', '=', 1)
      .where('expires_at', '<', new Date(Date.now() + HOUR))
      .limit(1)
      .execute();
    if (left.length === 0) return;
    await sleep(200);
  }
}

/** From the moment they are due; of the last one comes the rate. */
async function timesUntilStored(db: Db, dueAt: Date) {
  const rows = await db.selectFrom('tokens').select('last_refresh_at').where('version', '>', 1).execute();
  const timesMs = rows
    .map(({ last_refresh_at }) => (last_refresh_at?.getTime() ?? Number.NaN) - dueAt.getTime())
    .sort((a, b) => a - b);
  const at = (part: number) => timesMs[Math.floor((timesMs.length - 1) * part)] ?? Number.NaN;
  return {
    refreshed: timesMs.length,
    rps: Math.round((timesMs.length * 1000) / at(1)),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** Asks one instance after the other for one token after the other: each must be good for a while. */
function askForTokens(urls: readonly string[], credentialIds: readonly string[], apiKey: string) {
  const counts = { handedOut: 0, handedOutExpired: 0, refused: 0 };
  let isStopped = false;
  const asking = (async () => {
    for (let turn = 0; !isStopped; turn++) {
      const id = credentialIds[(turn * 7919) % credentialIds.length];
      const answer = await fetch(`${urls[turn % urls.length]}/api/v1/credentials/${id}/access-token`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}` },
      });
      const body: unknown = await answer.json();
      if (answer.status !== 200) counts.refused += 1;
      else if (handOutSchema.parse(body).expiresAt <= new Date()) counts.handedOutExpired += 1;
      else counts.handedOut += 1;
      await sleep(ASK_EVERY_MS);
    }
  })();
  const stop = async () => {
    isStopped = true;
    await asking;
    return counts;
  };
  return { stop };
}
