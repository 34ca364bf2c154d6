import process from 'node:process';
import { Pool } from 'undici';
import { round } from '../hand-out.ts';

/** As many refreshes as there are credentials, each with a refresh token of its own, by a client that stores nothing. */
export async function refreshBare(tokenUrl: string, count: number, atOnce: number) {
  const { origin, pathname: path } = new URL(tokenUrl);
  const pool = new Pool(origin, { connections: atOnce, allowH2: false });
  const timesMs: number[] = [];
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  let next = 0;
  const client = async () => {
    while (next < count) {
      const body = `grant_type=refresh_token&refresh_token=bare_${next++}.1`;
      const answer = await pool.request({ path, method: 'POST', headers, body });
      await answer.body.json();
      // From the start: all of them are due then.
      timesMs.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  await pool.close();
  const at = (part: number) => Math.round(timesMs[Math.floor((count - 1) * part)] ?? Number.NaN);
  return {
    rps: Math.round(count / seconds),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMsPerRequest: round((user + system) / 1000 / count),
  };
}
