import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { loadMasterKeyFile, type MasterKeys, makeFolder, parseMasterKeys } from '@lockkeeper/hub';
import type { Config } from './config.ts';
import { embeddedFolder } from './open-database.ts';

/** Where the keys come from that everything sealed depends on. */
export interface MasterKeySource {
  /** Undefined: from the environment. */
  readonly file: string | undefined;
  /** As they are now: a key file gets a new line in a rotation. */
  read(): Promise<MasterKeys>;
}

/**
 * The master keys: from the environment, else from a file beside (not inside) the embedded database. With a server of
 * your own there is no file, because several instances share one key.
 * @throws VaultError
 */
export async function findMasterKeys(config: Config): Promise<MasterKeySource> {
  const source = sourceOf(config);
  await source.read();
  return source;
}

/**
 * The same for an instance that starts: where neither database nor key file exists, the file is made.
 * @throws VaultError
 */
export async function findOrMakeMasterKeys(config: Config): Promise<MasterKeySource> {
  const source = sourceOf(config);
  if (source.file === undefined) return findMasterKeys(config);
  // As root, the database below runs as another user, who has to get through.
  makeFolder(config.dataFolder, process.getuid?.() === 0 ? 0o711 : 0o700);
  const hasDatabase = existsSync(path.join(embeddedFolder(config), 'cluster'));
  await loadMasterKeyFile(source.file, { create: !hasDatabase });
  return source;
}

function sourceOf(config: Config): MasterKeySource {
  const { masterKey, previousMasterKeys } = config;
  if (masterKey !== undefined || config.databaseUrl !== undefined) {
    return { file: undefined, read: async () => parseMasterKeys(masterKey, previousMasterKeys) };
  }
  const file = path.join(config.dataFolder, 'master.key');
  return { file, read: () => loadMasterKeyFile(file, { create: false }) };
}
