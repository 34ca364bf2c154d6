import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const socketName = '.s.PGSQL.5432';

export interface DatabaseProxy {
  /** For `pg`: the folder of its socket. */
  readonly host: string;
  /** Connections stay open, and nothing gets through any more, in either direction. */
  swallow(): void;
  /** Connections break, and new ones too. */
  cut(): void;
  /** New connections work again; those that were swallowed break. */
  heal(): void;
}

/** Stands between a test and its PostgreSQL, for one test. */
export async function useDatabaseProxy(upstreamHost: string): Promise<DatabaseProxy> {
  const host = mkdtempSync(path.join(tmpdir(), 'lk-proxy-'));
  const sockets = new Set<Socket>();
  let mode: 'relay' | 'swallow' | 'cut' = 'relay';
  const server = createServer((client) => {
    if (mode === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(path.join(upstreamHost, socketName));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('data', (chunk) => {
        if (mode === 'relay') other.write(chunk);
      });
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(path.join(host, socketName), done));
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    breakAll();
    server.close();
    rmSync(host, { recursive: true, force: true });
  });
  return {
    host,
    swallow() {
      mode = 'swallow';
    },
    cut() {
      mode = 'cut';
      breakAll();
    },
    heal() {
      mode = 'relay';
      breakAll();
    },
  };
}
