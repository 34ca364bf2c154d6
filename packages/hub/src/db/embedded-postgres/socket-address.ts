import { closeSync, existsSync, openSync, realpathSync } from 'node:fs';
import process from 'node:process';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The longest path of a Unix socket in bytes (`sun_path` less its final zero; macOS has 4 fewer). */
const longestPath = process.platform === 'darwin' ? 103 : 107;
const socketName = '/.s.PGSQL.5432';

export interface SocketAddress {
  /** For `pg`: the folder of the socket. */
  host: string;
  close(): void;
}

/**
 * How clients reach the socket in the cluster. The server binds it relatively to its working folder, however long
 * the path; a client on Linux goes through a file descriptor of this process where the path is too long.
 * @throws EmbeddedPostgresError `folder-not-writable`
 */
export function openSocketAddress(cluster: string): SocketAddress {
  const folder = realpathSync(cluster);
  if (Buffer.byteLength(folder + socketName) <= longestPath) return { host: folder, close: () => {} };
  if (!existsSync('/proc/self/fd')) {
    throw new EmbeddedPostgresError(
      'folder-not-writable',
      `The path of the data folder is too long for a socket: ${folder}. Choose a shorter one with LOCKKEEPER_DATA.`,
    );
  }
  const fd = openSync(folder, 'r');
  return { host: `/proc/${process.pid}/fd/${fd}`, close: () => closeSync(fd) };
}
