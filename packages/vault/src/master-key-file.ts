import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { keyEncryptionIdOf } from './key-encryption.ts';
import { type MasterKeys, newMasterKey, parseMasterKey } from './master-key.ts';
import type { Secret } from './secret.ts';
import { VaultError } from './vault-error.ts';

/**
 * Reads the master keys from a file, and makes it first where that is allowed. One key a line: the first one wraps,
 * the others are former ones that still unwrap.
 *
 * @param options.create only true where no database exists yet: a new key beside old data would hide the loss
 * @throws VaultError `vault.master_key_missing`, `vault.master_key_invalid`, `vault.key_file_unsafe`
 */
export async function loadMasterKeyFile(path: string, options: { create: boolean }): Promise<MasterKeys> {
  if (options.create) await createKeyFile(path);
  const [current, ...previous] = await readLines(path);
  return { current: parseMasterKey(current, `The key file ${path}`), previous: previous.map(parse) };

  function parse(line: string): Secret {
    return parseMasterKey(line, `A line of the key file ${path}`);
  }
}

/** Puts a new key on the first line. Whoever reads the file meanwhile finds the old lines or the new ones, never half. */
export async function addMasterKey(path: string): Promise<void> {
  await replaceFile(path, [newMasterKey(), ...(await readLines(path))]);
}

/**
 * Takes a former key out of the file and keeps it in another one beside it, because older backups need it.
 *
 * @param id as `lockkeeper keys list` shows it
 * @returns the path of that other file
 * @throws VaultError `vault.key_unknown` when it is no former key of this file
 */
export async function retireMasterKeyInFile(path: string, id: string): Promise<string> {
  const [current = '', ...previous] = await readLines(path);
  const idOf = (line: string) => keyEncryptionIdOf(parseMasterKey(line));
  const retired = previous.find((line) => idOf(line) === id);
  if (retired === undefined) {
    throw new VaultError('vault.key_unknown', `${id} is not a former key of the key file ${path}.`);
  }
  const keptIn = join(dirname(path), `retired-${id}.key`);
  // First the copy: a kill in between leaves the key in both.
  await replaceFile(keptIn, [retired]);
  await replaceFile(path, [current, ...previous.filter((line) => line !== retired)]);
  return keptIn;
}

async function readLines(path: string): Promise<string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new VaultError(
      'vault.master_key_missing',
      `The key file ${path} cannot be read. Put the key file of this database back, or set LOCKKEEPER_MASTER_KEY.`,
      { cause },
    );
  }
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new VaultError(
      'vault.key_file_unsafe',
      `The key file ${path} is readable by others. Run: chmod 600 ${path}`,
    );
  }
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Complete and on disk before it is seen, and never over a file that another starting process made. */
async function createKeyFile(path: string): Promise<void> {
  if (existsSync(path)) return;
  const fresh = await writeBeside(path, [newMasterKey()]);
  try {
    await link(fresh, path);
    await syncFolder(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(fresh);
  }
}

async function replaceFile(path: string, lines: readonly string[]): Promise<void> {
  await rename(await writeBeside(path, lines), path);
  await syncFolder(path);
}

/** 0600 from its first moment, whatever the umask. */
async function writeBeside(path: string, lines: readonly string[]): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${lines.join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(temporary, 0o600);
  return temporary;
}

/** A new name survives a power cut only when its folder is on disk too. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
