import { type AccessAdmin, createAccessAdmin, migrate, migrations, openDatabaseClock } from '@lockkeeper/hub';
import { readConfig } from './config.ts';
import { findOrMakeMasterKeys } from './master-key.ts';
import { openDatabaseBeside } from './open-database.ts';

/**
 * For whoever holds the data folder (or the database's address) on this host: what can be done without signing in,
 * whether an instance runs or not.
 * @throws see `explainStartError`
 */
export async function withAccessAdmin<T>(
  variables: NodeJS.ProcessEnv,
  folder: string,
  use: (admin: AccessAdmin) => Promise<T>,
): Promise<T> {
  const config = readConfig(variables, folder);
  // The key comes before the database: where there is a database already, its key is never made anew.
  await findOrMakeMasterKeys(config);
  const database = await openDatabaseBeside(config, () => {});
  try {
    await migrate(database.db, migrations);
    const now = await openDatabaseClock(database.db);
    return await use(createAccessAdmin({ db: database.db, publicUrl: config.publicUrl, now }));
  } finally {
    await database.close();
  }
}
