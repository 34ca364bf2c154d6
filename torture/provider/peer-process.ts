import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Which of these processes holds the other end of a local connection: nobody else can say to whom an answer went that
 * was never stored. Linux only.
 */
export function findPeerProcess(
  peerPort: number,
  ownPort: number,
  candidates: readonly number[],
): number | undefined {
  const inode = findInode(peerPort, ownPort);
  return inode === undefined ? undefined : candidates.find((pid) => holds(pid, `socket:[${inode}]`));
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

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
