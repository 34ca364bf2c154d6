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

/** By how it begins: the one connection of an instance on which it hears of what others did. */
export const isListening = (opening: string) => opening.includes('lockkeeper-listen');

/**
 * Stands between a test and its PostgreSQL, for one test.
 *
 * @param strikes which connections suffer; all if absent
 */
export async function useDatabaseProxy(
  upstreamHost: string,
  strikes?: (opening: string) => boolean,
): Promise<DatabaseProxy> {
  const host = mkdtempSync(path.join(tmpdir(), 'lk-proxy-'));
  onTestFinished(() => rmSync(host, { recursive: true, force: true }));
  const { proxy } = await useFaultProxy(
    { path: path.join(upstreamHost, socketName) },
    path.join(host, socketName),
    strikes,
  );
  return { host, faults: proxy };
}
