import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNode, type TestProcess } from '@lockkeeper/testing';
import { type LoadResult, median, runLoad } from './load.ts';
import { cpuMsOf, peakMebibytesOf } from './process-cost.ts';

// P3: a call to a tool through instance and MID Server over TLS, against the same call without them.
const SAMPLES = Number(process.env.BENCH_SAMPLES ?? 5);
const SAMPLE_MS = Number(process.env.BENCH_SAMPLE_MS ?? 3000);

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-'));
// As root, PostgreSQL runs as another user, who must get through.
chmodSync(folder, 0o711);
const started: TestProcess[] = [];

async function start(file: string, args: string[], waitFor: RegExp, env: NodeJS.ProcessEnv = {}) {
  const process = await startNode(fileOf(file), { args, waitFor, env });
  started.push(process);
  return process;
}
const portOf = ({ output }: TestProcess) => Number(/"port":(\d+)/.exec(output)?.[1]);

function makeCertificate(): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' });
}

try {
  makeCertificate();
  const upstream = await start('./parts/upstream.ts', [], /listening/);
  const direct = `http://127.0.0.1:${portOf(upstream)}`;
  const instance = await start(
    './parts/relay-instance.ts',
    [join(folder, 'db'), direct, folder],
    /listening/,
  );
  const relayed = `https://localhost:${portOf(instance)}`;
  const token = instance.output.trim().split(' ').at(-1) ?? '';
  const agentMain = '../apps/mid-server/src/main.ts';
  const agentEnv = {
    LOCKKEEPER_MID_DATA: join(folder, 'agent'),
    LOCKKEEPER_MID_CA_FILE: join(folder, 'cert.pem'),
  };
  await start(agentMain, ['enrol', '--instance', relayed, '--token', token], /Enrolled/, agentEnv);
  const agent = await start(agentMain, ['run'], /takes calls/, agentEnv);

  const ca = readFileSync(join(folder, 'cert.pem'), 'utf8');
  const processes = { upstream, instance, agent };
  for (const { path, clients } of [
    { path: '/small', clients: 50 },
    { path: '/big', clients: 4 },
  ]) {
    const results: Record<'direct' | 'relayed', LoadResult[]> = { direct: [], relayed: [] };
    const cost: Record<string, number> = {};
    let calls = 0;
    // Rotated, so that what the machine does meanwhile hits both alike.
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      results.direct.push(await runLoad({ url: direct, path, clients, durationMs: SAMPLE_MS }));
      const before = Object.entries(processes).map(([name, { pid }]) => [name, cpuMsOf(pid)] as const);
      const result = await runLoad({ url: relayed, path, clients, durationMs: SAMPLE_MS, ca });
      results.relayed.push(result);
      calls += (result.perSecond * SAMPLE_MS) / 1000;
      for (const [name, cpuMs] of before) {
        cost[name] = (cost[name] ?? 0) + cpuMsOf(processes[name as keyof typeof processes].pid) - cpuMs;
      }
    }
    const of = (kind: 'direct' | 'relayed', field: keyof LoadResult) =>
      median(results[kind].map((result) => result[field]));
    console.log(`\n${path}, ${clients} clients, median of ${SAMPLES} samples of ${SAMPLE_MS} ms`);
    for (const kind of ['direct', 'relayed'] as const) {
      const [rate, flow] = [of(kind, 'perSecond').toFixed(0), of(kind, 'mebibytesPerSecond').toFixed(0)];
      console.log(
        `  ${kind.padEnd(8)} ${rate}/s, ${flow} MiB/s, p50 ${of(kind, 'p50Ms').toFixed(1)} ms, p99 ${of(kind, 'p99Ms').toFixed(1)} ms`,
      );
    }
    console.log(`  ratio    ${(of('relayed', 'perSecond') / of('direct', 'perSecond')).toFixed(3)}`);
    const costs = Object.entries(cost).map(([name, cpuMs]) => `${name} ${(cpuMs / calls).toFixed(3)}`);
    console.log(`  CPU      ${costs.join(', ')} ms a call`);
  }
  console.log(
    `\nPeak memory: instance ${peakMebibytesOf(instance.pid)} MiB, agent ${peakMebibytesOf(agent.pid)} MiB`,
  );
} finally {
  for (const process of started.toReversed()) await process.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
