import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';

export interface LoadResult {
  readonly calls: number;
  readonly perSecond: number;
  readonly mebibytesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly url: string;
  /** Of many, one after the other. */
  readonly path: string | readonly string[];
  readonly method?: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly clients: number;
  readonly durationMs: number;
  /** PEM that the server's certificate is checked against. */
  readonly ca?: string | undefined;
}

/** Closed loop: each client sends its next request when the last byte of the answer has come. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { url, path, clients, durationMs, ca, method = 'GET', headers = {} } = load;
  const paths = typeof path === 'string' ? [path] : path;
  let next = 0;
  const pool = new Pool(url, {
    connections: clients,
    allowH2: false,
    connect: ca === undefined ? {} : { ca },
  });
  const timesMs: number[] = [];
  let bytes = 0;
  const one = async () => {
    const path = paths[next++ % paths.length] ?? '/';
    const startedMs = performance.now();
    const { statusCode, body } = await pool.request({ path, method, headers });
    for await (const chunk of body) bytes += chunk.length;
    if (statusCode !== 200) throw new Error(`status ${statusCode} at ${path}`);
    timesMs.push(performance.now() - startedMs);
  };
  const client = async (untilMs: number) => {
    while (performance.now() < untilMs) await one();
  };
  await Promise.all(Array.from({ length: clients }, one));
  [timesMs.length, bytes] = [0, 0];
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: clients }, () => client(startedMs + durationMs)));
  const seconds = (performance.now() - startedMs) / 1000;
  await pool.close();
  const sorted = timesMs.toSorted((a, b) => a - b);
  const quantile = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return {
    calls: timesMs.length,
    perSecond: timesMs.length / seconds,
    mebibytesPerSecond: bytes / 1024 / 1024 / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
