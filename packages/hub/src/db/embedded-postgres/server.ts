import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { findServer, isAlive } from './processes.ts';
import { cleanEnvironment } from './run-program.ts';
import { type ServerUser, serverIds } from './server-user.ts';

const settings = {
  listen_addresses: '',
  unix_socket_directories: '.',
  unix_socket_permissions: '0700',
  port: '5432',
  shared_buffers: '64MB',
  max_connections: '50',
  dynamic_shared_memory_type: 'mmap',
  io_method: 'sync',
  jit: 'off',
  max_wal_size: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const durable = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };
const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

const logLimitBytes = 4 * 1024 * 1024;

export interface ServerPlace {
  cluster: string;
  logFile: string;
  binaries: Binaries;
  user: ServerUser;
  /** False only for data that may be lost with the machine: tests. */
  durable: boolean;
}

/**
 * Starts the server, in a session of its own (Ctrl-C is for the instance, which then stops the server properly),
 * with its output in a file (a pipe would die with us).
 */
export function spawnServer({ cluster, logFile, binaries, user, durable: isDurable }: ServerPlace): void {
  if (existsSync(logFile) && statSync(logFile).size > logLimitBytes) truncateSync(logFile);
  const output = openSync(logFile, 'a', 0o600);
  try {
    const args = Object.entries({ ...settings, ...(isDurable ? durable : fast) });
    const child = spawn(
      binaries.postgres,
      ['-D', '.', ...args.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        cwd: cluster,
        env: cleanEnvironment,
        detached: true,
        stdio: ['ignore', output, output],
        ...serverIds(user),
      },
    );
    // What went wrong stands in the log; whoever waits for the server finds it missing.
    child.on('error', () => {});
    child.unref();
  } finally {
    closeSync(output);
  }
}

/** Ends the server without losing anything: SIGINT is PostgreSQL's fast shutdown. */
export async function stopServer(cluster: string, timeoutMs = 15_000): Promise<void> {
  const pid = findServer(cluster);
  if (pid === undefined) return;
  const deadline = Date.now() + timeoutMs;
  kill(pid, 'SIGINT');
  while (isAlive(pid)) {
    if (Date.now() > deadline) kill(pid, 'SIGQUIT');
    await sleep(10);
  }
}

/** The last complaint in the server's log. */
export function lastComplaint(logFile: string): string {
  if (!existsSync(logFile)) return 'it left no log';
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  const complaint = lines.findLast((line) => /FATAL|PANIC|ERROR|error while loading|cannot/.test(line));
  return (complaint ?? lines.at(-1) ?? '').replace(/^.*(FATAL|PANIC|ERROR):\s*/, '');
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
