import path from 'node:path';
import {
  type Backup,
  BackupProblem,
  migrations,
  openDatabaseClock,
  type RestoreBackupOptions,
  type Restored,
  reportRestoredTokens,
  restoreBackup,
  writeBackup,
} from '@lockkeeper/hub';
import { readConfig } from './config.ts';
import { findMasterKeys } from './master-key.ts';
import { openDatabaseBeside } from './open-database.ts';

type Place = readonly [variables: NodeJS.ProcessEnv, folder: string];
type OnProgress = NonNullable<RestoreBackupOptions['onProgress']>;

/** @throws BackupProblem, and see `explainStartError` */
export async function makeBackup(
  [variables, folder]: Place,
  file: string,
  onProgress: OnProgress,
): Promise<Backup> {
  const config = readConfig(variables, folder);
  const masterKeys = await (await findMasterKeys(config)).read();
  const database = await openDatabaseBeside(config, () => {});
  try {
    const newestSchema = migrations.at(-1)?.number ?? 0;
    return await writeBackup({
      database,
      masterKeys,
      file: path.resolve(folder, file),
      newestSchema,
      now: await openDatabaseClock(database.db),
      onProgress,
    });
  } finally {
    await database.close();
  }
}

/** @throws BackupProblem, and see `explainStartError` */
export async function restoreFromBackup(
  [variables, folder]: Place,
  file: string,
  { isDrill, onProgress }: { isDrill: boolean; onProgress: OnProgress },
): Promise<Restored> {
  const config = readConfig(variables, folder);
  // Given, never made: a new key opens no backup.
  const masterKeys = await (await findMasterKeys(config)).read();
  const database = await openDatabaseBeside(config, () => {});
  try {
    return await restoreBackup({
      database,
      masterKeys,
      file: path.resolve(folder, file),
      migrations,
      isDrill,
      onProgress,
      now: await openDatabaseClock(database.db),
    });
  } finally {
    await database.close();
  }
}

/** What became of the tokens of the last restore. */
export async function showRestoredTokens([variables, folder]: Place) {
  const config = readConfig(variables, folder);
  await findMasterKeys(config);
  const database = await openDatabaseBeside(config, () => {});
  try {
    const report = await reportRestoredTokens(database.db);
    if (report === undefined) throw new BackupProblem('Nothing was ever restored into this database.');
    return report;
  } finally {
    await database.close();
  }
}
