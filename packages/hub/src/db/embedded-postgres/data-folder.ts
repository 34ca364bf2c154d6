import { accessSync, chmodSync, constants, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { ServerUser } from './server-user.ts';

/**
 * Makes the folder of the embedded database and returns its real path.
 * @throws EmbeddedPostgresError `folder-not-writable`, `folder-not-traversable`
 */
export function prepareDataFolder(dataFolder: string, user: ServerUser): string {
  const folder = path.resolve(dataFolder);
  try {
    makeFolder(folder, user.kind === 'other' ? 0o711 : 0o700);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    // As root, the server's user has to get through to the cluster, which is closed again.
    if (user.kind === 'other') chmodSync(folder, 0o711);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'folder-not-writable',
      `The data folder ${folder} cannot be written to (${codeOf(error)}). ` +
        'Change its permissions, or choose another with LOCKKEEPER_DATA.',
      { cause: error },
    );
  }
  const real = realpathSync(folder);
  if (user.kind === 'other') checkTraversable(real);
  return real;
}

function checkTraversable(folder: string): void {
  for (let parent = folder; parent !== path.dirname(parent); parent = path.dirname(parent)) {
    if ((statSync(parent).mode & 0o001) === 0) {
      throw new EmbeddedPostgresError(
        'folder-not-traversable',
        `The data folder ${folder} cannot be used by root: PostgreSQL does not run as root, and ${parent} ` +
          `is closed to other users. Run "chmod o+x ${parent}", choose another folder with LOCKKEEPER_DATA ` +
          '(for example /var/lib/lockkeeper), or start Lockkeeper as an ordinary user.',
      );
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
