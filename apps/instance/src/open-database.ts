import path from 'node:path';
import {
  createDatabase,
  type DatabaseConnection,
  openEmbeddedPostgres,
  startEmbeddedPostgres,
} from '@lockkeeper/hub';
import type { Config } from './config.ts';

type Log = (message: string) => void;

export function embeddedFolder(config: Config): string {
  return path.join(config.dataFolder, 'database');
}

/**
 * The instance's database: the one that `DATABASE_URL` names, else our own, which is then ours alone.
 * @param meanwhile called when our own is starting
 * @throws EmbeddedPostgresError
 */
export async function openDatabase(
  config: Config,
  log: Log,
  meanwhile?: () => void,
): Promise<DatabaseConnection> {
  if (config.databaseUrl !== undefined) return createDatabase({ connectionString: config.databaseUrl }, log);
  const server = await startEmbeddedPostgres({ dataFolder: embeddedFolder(config), log, meanwhile });
  return closingAlso(createDatabase(server.poolConfig, log), () => server.stop());
}

/** The same for a command beside a running instance, whose server it then uses too. */
export async function openDatabaseBeside(config: Config, log: Log): Promise<DatabaseConnection> {
  if (config.databaseUrl !== undefined) return createDatabase({ connectionString: config.databaseUrl }, log);
  const server = await openEmbeddedPostgres({ dataFolder: embeddedFolder(config), log });
  return closingAlso(createDatabase(server.poolConfig, log), () => server.close());
}

function closingAlso(database: DatabaseConnection, close: () => Promise<void>): DatabaseConnection {
  return {
    ...database,
    close: async () => {
      await database.close();
      await close();
    },
  };
}
