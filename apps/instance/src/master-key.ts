import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { loadMasterKeyFile, makeFolder, parseMasterKey, type Secret } from '@lockkeeper/hub';
import type { Config } from './config.ts';
import { embeddedFolder } from './open-database.ts';

/**
 * The key that everything sealed depends on: from the environment, else from a file beside (not inside) the embedded
 * database. The file is made only where no database is yet; with a server of your own there is no file, because
 * several instances share one key.
 * @throws VaultError
 */
export async function loadMasterKey(config: Config): Promise<Secret> {
  if (config.masterKey !== undefined || config.databaseUrl !== undefined)
    return parseMasterKey(config.masterKey);
  // As root, the database below runs as another user, who has to get through.
  makeFolder(config.dataFolder, process.getuid?.() === 0 ? 0o711 : 0o700);
  const hasDatabase = existsSync(path.join(embeddedFolder(config), 'cluster'));
  return loadMasterKeyFile(path.join(config.dataFolder, 'master.key'), { create: !hasDatabase });
}
