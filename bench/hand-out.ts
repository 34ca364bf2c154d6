import { type LoadResult, median, runLoad } from './load.ts';
import { type BenchRig, portOf, sampleMs, samples, withRig } from './parts/rig.ts';
import { seedCredentials } from './parts/seed.ts';
import { cpuMsOf, peakMebibytesOf } from './process-cost.ts';

// P1: handing a fresh token out, 16 clients over all credentials, against a server that answers a constant.
const CLIENTS = 16;
const HOUR = 3_600_000;

export async function benchHandOut(
  credentials = Number(process.env.BENCH_CREDENTIALS ?? 1000),
): Promise<object> {
  let result = {};
  await withRig(async (rig) => {
    result = await measure(rig, credentials);
  });
  return result;
}

async function measure(rig: BenchRig, credentials: number): Promise<object> {
  const seeded = await seedCredentials(rig.database.db, credentials, {
    tokenUrl: 'https://provider.example/token',
    expiresAt: new Date(Date.now() + HOUR),
    refreshAt: new Date(Date.now() + HOUR / 2),
  });
  const instance = await rig.startInstance(seeded);
  const headers = { authorization: `Bearer ${seeded.apiKey}` };
  const paths = seeded.credentialIds.map((id) => `/api/v1/credentials/${id}/access-token`);
  const first = await fetch(new URL(paths[0] ?? '/', instance.url), { method: 'POST', headers });
  const bytes = (await first.text()).length;
  if (first.status !== 200) throw new Error(`the instance answered ${first.status}`);
  const bare = await rig.start('./bare.ts', [String(bytes)], /listening/);
  const load = { clients: CLIENTS, durationMs: sampleMs, method: 'POST' as const, headers };
  const ofInstance = { ...load, url: instance.url, path: paths };
  const ofBare = { ...load, url: `http://127.0.0.1:${portOf(bare)}`, path: paths };
  // Warm: every token once in memory, and both servers compiled.
  for (const path of paths)
    await (await fetch(new URL(path, instance.url), { method: 'POST', headers })).text();
  await runLoad({ ...ofInstance, durationMs: 2000 });
  await runLoad({ ...ofBare, durationMs: 1000 });
  const results: Record<'bare' | 'instance', LoadResult[]> = { bare: [], instance: [] };
  const ratios: number[] = [];
  let [cpuMs, bareCpuMs, calls, bareCalls] = [0, 0, 0, 0];
  const statements = await rig.countStatements();
  for (let sample = 0; sample < samples; sample++) {
    let before = cpuMsOf(bare.pid);
    const constant = await runLoad(ofBare);
    bareCpuMs += cpuMsOf(bare.pid) - before;
    bareCalls += constant.calls;
    before = cpuMsOf(instance.process.pid);
    const handed = await runLoad(ofInstance);
    cpuMs += cpuMsOf(instance.process.pid) - before;
    calls += handed.calls;
    results.bare.push(constant);
    results.instance.push(handed);
    ratios.push(handed.perSecond / constant.perSecond);
  }
  const statementsPer1000Calls = round((statements() * 1000) / calls);
  const of = (kind: 'bare' | 'instance', field: keyof LoadResult) =>
    median(results[kind].map((one) => one[field]));
  const figures = (kind: 'bare' | 'instance') => ({
    rps: Math.round(of(kind, 'perSecond')),
    p50Ms: round(of(kind, 'p50Ms')),
    p99Ms: round(of(kind, 'p99Ms')),
  });
  const summary = {
    case: 'P1',
    credentials,
    ratio: round(median(ratios)),
    ...figures('instance'),
    cpuMsPerRequest: round(cpuMs / calls),
    rssMb: peakMebibytesOf(instance.process.pid),
    statementsPer1000Calls,
    bare: { ...figures('bare'), cpuMsPerRequest: round(bareCpuMs / bareCalls) },
  };
  console.log(
    `\n${credentials} credentials, ${CLIENTS} clients, median of ${samples} samples of ${sampleMs} ms`,
  );
  console.table({ instance: figures('instance'), bare: figures('bare') });
  const { ratio, cpuMsPerRequest, rssMb } = summary;
  console.log(
    `  ratio ${ratio}, CPU ${cpuMsPerRequest} ms a call (bare ${summary.bare.cpuMsPerRequest}), peak ${rssMb} MiB`,
  );
  console.log(
    `  ${statementsPer1000Calls} SQL statements for 1,000 calls: the audit's batches and the heartbeat`,
  );
  return summary;
}

export const round = (value: number): number => Math.round(value * 1000) / 1000;
