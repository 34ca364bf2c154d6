import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createLogger } from '@lockkeeper/hub';
import packageJson from '../package.json' with { type: 'json' };
import type { Config } from './config.ts';
import { findOrMakeMasterKeys } from './master-key.ts';
import { openDatabase } from './open-database.ts';
import { readTrustedCa } from './trusted-ca.ts';

export interface RunningInstance {
  publicUrl: URL;
  /** Lets requests under way end; everything acknowledged is on disk afterwards. */
  stop(): Promise<void>;
}

/**
 * Starts one instance from its configuration; what was opened until a step fails is closed again.
 * @throws see `explainStartError`
 */
export async function startInstance(config: Config): Promise<RunningInstance> {
  const logger = createLogger({ level: config.logLevel });
  const masterKeys = await findOrMakeMasterKeys(config);
  const database = await openDatabase(config, (message) => logger.warn(message), loadHub);
  const { createHub, migrate, migrations, Notifications, tools, untilEnded } = await loadHub();
  const notifications = new Notifications(database.poolConfig, (message) => logger.warn(message));
  const close = async () => {
    await untilEnded('its listening connection to the database', notifications.close(), logger);
    await untilEnded('its connections to the database', database.close(), logger);
  };
  try {
    const applied = await migrate(database.db, migrations);
    if (applied.length > 0) logger.info({ migrations: applied }, 'database migrated');
    const hub = await createHub({
      publicUrl: config.publicUrl,
      instanceName: config.instanceName,
      host: config.host,
      port: config.port,
      version: packageJson.version,
      logger,
      db: database.db,
      notifications,
      masterKeys: masterKeys.read,
      allowOrigins: config.allowOrigins,
      tools,
      trustedProxies: config.trustedProxies,
      singleSignOn: config.singleSignOn,
      disableUnusedAfterDays: config.disableUnusedAfterDays,
      tls: config.tls && (await readTlsFiles(config.tls)),
      ca: await readTrustedCa(config.caFile),
      webRoot: findWebRoot(),
    });
    await hub.start();
    logger.info({ url: config.publicUrl.origin }, 'instance is ready');
    return { publicUrl: config.publicUrl, stop: () => hub.stop().then(close) };
  } catch (error) {
    // Whatever this says as well, the reason for the failed start is what counts.
    await close().catch(() => {});
    throw error;
  }
}

/** The greater part of the program, loaded while the embedded database starts beside it. */
function loadHub() {
  return import('./hub-and-tools.ts');
}

async function readTlsFiles(tls: {
  certFile: string;
  keyFile: string;
}): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([readFile(tls.certFile), readFile(tls.keyFile)]);
  return { cert, key };
}

/** From this file: in the published package, in the sources, in a bundle of them. */
const webRoots = ['web', '../../web/dist', '../../../web/dist'];

/** The built pages, where they were built. */
function findWebRoot(): string | undefined {
  const folders = webRoots.map((folder) => path.resolve(import.meta.dirname, folder));
  return folders.find((folder) => existsSync(path.join(folder, 'index.html')));
}
