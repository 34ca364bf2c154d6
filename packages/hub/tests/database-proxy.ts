import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FaultProxy, useFaultProxy } from '@lockkeeper/testing';
import { onTestFinished } from 'vitest';

const socketName = '.s.PGSQL.5432';

export interface DatabaseProxy {
  /** For `pg`: the folder of its socket. */
  readonly host: string;
  readonly faults: FaultProxy;
}

/** Stands between a test and its PostgreSQL, for one test. */
export async function useDatabaseProxy(upstreamHost: string): Promise<DatabaseProxy> {
  const host = mkdtempSync(path.join(tmpdir(), 'lk-proxy-'));
  onTestFinished(() => rmSync(host, { recursive: true, force: true }));
  const { proxy } = await useFaultProxy(
    { path: path.join(upstreamHost, socketName) },
    path.join(host, socketName),
  );
  return { host, faults: proxy };
}
