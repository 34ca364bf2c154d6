import { existsSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const hasProc = existsSync('/proc/self/stat');

/** A process that has ended but was not yet reaped by its parent (a zombie) does not count. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (hasProc) {
    try {
      // The state follows the name, which stands in brackets and may hold anything.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
      return state !== 'Z' && state !== 'X';
    } catch {
      return false;
    }
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * The server that runs on this cluster, whoever started it. The pid alone may have been given to another
 * program since; the server's working folder is its cluster.
 */
export function findServer(cluster: string): number | undefined {
  const pid = readPid(path.join(cluster, 'postmaster.pid'));
  if (pid === undefined || !isAlive(pid)) return undefined;
  if (!hasProc) return pid;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}
