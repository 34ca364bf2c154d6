import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { runProgram } from './run-program.ts';
import { type ServerUser, serverIds } from './server-user.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
}

export interface PlatformPackage {
  folder: string;
  version: string;
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The programs, from the platform package where they can be run there by the server's user,
 * else from a copy in `copyFolder` (the package may lie below a home folder that is closed to others,
 * or belong to somebody else and lack the links that its install script would have made).
 * @throws EmbeddedPostgresError `unsupported-platform`, `not-initialised`
 */
export async function prepareBinaries(
  user: ServerUser,
  copyFolder: string,
  { folder, version }: PlatformPackage = findPlatformPackage(),
): Promise<Binaries> {
  tryMakeLinks(folder);
  if (await canRun(programsIn(folder), user)) return programsIn(folder);

  const copy = copyOf(version, copyFolder);
  if (!existsSync(copy)) copyPackage(folder, copy);
  if (await canRun(programsIn(copy), user)) return programsIn(copy);
  const { output } = await runProgram(programsIn(copy).postgres, ['--version'], { ids: serverIds(user) });
  throw new EmbeddedPostgresError(
    'not-initialised',
    `The embedded PostgreSQL cannot run on this machine (${output.trim().split('\n').at(-1)}). ` +
      'Set DATABASE_URL to a PostgreSQL server of your own.',
  );
}

/**
 * The programs that {@link prepareBinaries} is going to find, most likely: what it found before left its trace. Not tried.
 * @throws EmbeddedPostgresError `unsupported-platform`
 */
export function likelyBinaries(copyFolder: string): Binaries {
  const { folder, version } = findPlatformPackage();
  const copy = copyOf(version, copyFolder);
  if (existsSync(copy)) return programsIn(copy);
  tryMakeLinks(folder);
  return programsIn(folder);
}

const copyOf = (version: string, copyFolder: string): string => path.join(copyFolder, `postgres-${version}`);

function programsIn(packageFolder: string): Binaries {
  const bin = path.join(packageFolder, 'native/bin');
  return { initdb: path.join(bin, 'initdb'), postgres: path.join(bin, 'postgres') };
}

/** @throws EmbeddedPostgresError `unsupported-platform` */
export function findPlatformPackage(): PlatformPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    if (process.platform === 'win32') throw new Error('the server is reached by a Unix socket only');
    // The package exports its entry point only, which lies one folder below the root.
    const entry = createRequire(import.meta.url).resolve(name);
    const folder = path.dirname(path.dirname(entry));
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')));
    return { folder, version };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} here. ` +
        'Set DATABASE_URL to a PostgreSQL server of your own.',
      { cause: error },
    );
  }
}

/** Makes the links of the libraries; npm may not run the package's own install script. */
function makeLinks(packageFolder: string): void {
  const list = path.join(packageFolder, 'native/pg-symlinks.json');
  for (const { source, target } of symlinkList.parse(JSON.parse(readFileSync(list, 'utf8')))) {
    const link = path.join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // A second process may be making the same links; whoever is first wins.
      if (!existsSync(link)) throw error;
    }
  }
}

function tryMakeLinks(packageFolder: string): void {
  try {
    makeLinks(packageFolder);
  } catch {
    // Not ours to write to: the copy will have them.
  }
}

function copyPackage(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  const temporary = mkdtempSync(`${to}.new-`);
  cpSync(path.join(from, 'native'), path.join(temporary, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  makeLinks(temporary);
  openForAll(temporary);
  try {
    renameSync(temporary, to);
  } catch (error) {
    rmSync(temporary, { recursive: true });
    if (!existsSync(to)) throw error;
  }
}

/** The copy is read by the server's user, whatever the umask and the modes of the original were. */
function openForAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(file, 0o755);
    else if (entry.isFile()) chmodSync(file, path.basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}

/** The loader and both users must be able to: a library that is missing shows only here. */
export async function canRun(binaries: Binaries, user: ServerUser): Promise<boolean> {
  const asInitdb = user.kind === 'other' ? user.initdb : undefined;
  const [initdb, postgres] = await Promise.all([
    runProgram(binaries.initdb, ['--version'], { ids: asInitdb }),
    runProgram(binaries.postgres, ['--version'], { ids: serverIds(user) }),
  ]);
  return initdb.ok && postgres.ok;
}
