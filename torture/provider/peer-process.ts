import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Nobody: the process ended, and what is sent to it now reaches no one. */
export const GONE = 0;
const ATTEMPTS = 3;

/**
 * Which of these processes holds the other end of a local connection: nobody else can say to whom an answer went that
 * was never stored. Linux only.
 *
 * @returns the process id, `GONE`, or null when somebody else has it
 */
export function findPeerProcess(
  peerPort: number,
  ownPort: number,
  candidates: readonly number[],
): number | null {
  // It may end while it is looked for.
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const inode = findInode(peerPort, ownPort);
    if (inode === undefined || inode === '0') return GONE;
    const pid = candidates.find((candidate) => holds(candidate, `socket:[${inode}]`));
    if (pid !== undefined) return pid;
    // Killed this moment: its files are gone already, its connections not yet.
    const dying = candidates.filter(isDying);
    if (dying.length > 0) return dying.length === 1 ? (dying[0] ?? null) : GONE;
  }
  return null;
}

function findInode(localPort: number, remotePort: number): string | undefined {
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const [, local = '', remote = '', , , , , , , inode] = line.trim().split(/\s+/);
    if (portOf(local) === localPort && portOf(remote) === remotePort) return inode;
  }
  return undefined;
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}

function holds(pid: number, socket: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => linkOf(`${folder}/${fd}`) === socket);
  } catch {
    // Killed this moment.
    return false;
  }
}

/** Every program that runs has files open. */
function isDying(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).length === 0;
  } catch {
    return true;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
