import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

export interface UserIds {
  uid: number;
  gid: number;
}

/**
 * Who the server runs as. PostgreSQL refuses to run as root, and initdb refuses a uid without a name.
 * - `self`: an ordinary user with a name; nothing special.
 * - `unnamed`: an ordinary uid without a name (containers); initdb runs in a user namespace of its own,
 *   where that uid is `nobody`.
 * - `other`: we are root; initdb runs as `initdb` and the server as `server`.
 */
export type ServerUser =
  | { kind: 'self' }
  | { kind: 'unnamed' }
  | { kind: 'other'; initdb: UserIds; server: UserIds };

const nobody: UserIds = { uid: 65_534, gid: 65_534 };

/** Of no one else on any usual system, so that no other daemon run as `nobody` can reach into the server. */
const dedicated: UserIds = { uid: 54_318, gid: 54_318 };

export function findServerUser(): ServerUser {
  if (process.getuid?.() === 0) {
    return { kind: 'other', initdb: nobody, server: canBecome(dedicated) ? dedicated : nobody };
  }
  return hasName() ? { kind: 'self' } : { kind: 'unnamed' };
}

/** The ids for `spawn`, of the user that the server itself runs as. */
export function serverIds(user: ServerUser): UserIds | undefined {
  return user.kind === 'other' ? user.server : undefined;
}

function hasName(): boolean {
  try {
    os.userInfo();
    return true;
  } catch {
    return false;
  }
}

/** A container's root may own only some ids; giving a file away is the cheapest way to find out. */
function canBecome(ids: UserIds): boolean {
  const probe = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-uid-'));
  try {
    chownSync(probe, ids.uid, ids.gid);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true });
  }
}
