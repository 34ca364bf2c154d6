import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isAlive } from './processes.ts';
import { runProgram } from './run-program.ts';
import type { ServerUser } from './server-user.ts';

const majorVersion = '18';

/** Only our own role, only through the socket, whose folder is closed to everybody else. */
const hostBasedAccess = 'local all app trust\n';

/**
 * Creates the database cluster in `cluster` unless it is there. It is made in a temporary folder that is renamed
 * when complete, so that one who is killed meanwhile leaves nothing that looks usable.
 * @throws EmbeddedPostgresError `other-version`, `not-initialised`
 */
export async function ensureCluster(cluster: string, binaries: Binaries, user: ServerUser): Promise<void> {
  removeAbandoned(cluster);
  if (!existsSync(cluster)) await createCluster(cluster, binaries, user);
  const version = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (version !== majorVersion) {
    throw new EmbeddedPostgresError(
      'other-version',
      `The data in ${cluster} were made by PostgreSQL ${version}, this Lockkeeper brings PostgreSQL ${majorVersion}. ` +
        'Start the version of Lockkeeper that made them, or choose another data folder with LOCKKEEPER_DATA.',
    );
  }
}

async function createCluster(cluster: string, binaries: Binaries, user: ServerUser): Promise<void> {
  const temporary = mkdtempSync(`${cluster}.new-${process.pid}-`);
  try {
    if (user.kind === 'other') chownSync(temporary, user.initdb.uid, user.initdb.gid);
    await runInitdb(temporary, binaries, user);
    writeFileSync(path.join(temporary, 'pg_hba.conf'), hostBasedAccess);
    if (user.kind === 'other') giveAway(temporary, user.server);
    chmodSync(temporary, 0o700);
    syncFolder(temporary);
    renameSync(temporary, cluster);
    syncFolder(path.dirname(cluster));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Somebody else was faster: theirs is as good.
    if (!existsSync(path.join(cluster, 'PG_VERSION'))) throw error;
  }
}

async function runInitdb(folder: string, binaries: Binaries, user: ServerUser): Promise<void> {
  const args = [
    ...['-D', folder, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums', '--no-instructions'],
  ];
  const result =
    user.kind === 'unnamed'
      ? await runProgram('unshare', ['-U', binaries.initdb, ...args])
      : await runProgram(binaries.initdb, args, { ids: user.kind === 'other' ? user.initdb : undefined });
  if (result.ok) return;
  throw new EmbeddedPostgresError(
    'not-initialised',
    `The embedded database could not be created in ${path.dirname(folder)}: ${reason(result.output)}. ` +
      'Choose another folder with LOCKKEEPER_DATA, or set DATABASE_URL to a PostgreSQL server of your own.',
  );
}

function reason(output: string): string {
  const lines = output.trim().split('\n');
  return (lines.find((line) => /error|could not|cannot|denied/i.test(line)) ?? lines.at(-1) ?? '').trim();
}

function giveAway(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true }))
    chownSync(path.join(folder, String(entry)), uid, gid);
}

/** Removes what an initdb left that was killed; the name holds the id of the process that asked for it. */
function removeAbandoned(cluster: string): void {
  const prefix = `${path.basename(cluster)}.new-`;
  for (const entry of readdirSync(path.dirname(cluster))) {
    if (entry.startsWith(prefix) && !isAlive(Number(entry.slice(prefix.length).split('-')[0]))) {
      rmSync(path.join(path.dirname(cluster), entry), { recursive: true, force: true });
    }
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
