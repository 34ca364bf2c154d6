import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDatabase, type DatabaseConnection, migrate, migrations } from '@lockkeeper/hub';
import { eventually } from '@lockkeeper/testing';
import { z } from 'zod';
import { freePorts } from './processes/free-ports.ts';
import { Supervised } from './processes/supervised.ts';
import { ProviderLog } from './provider/provider-log.ts';

/** However busy the machine. */
const START_PATIENCE_MS = 180_000;
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const connectionSchema = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  database: z.string(),
});

export interface Instance extends Supervised {
  readonly url: string;
}

/** Everything that runs: what is tortured, and the means to look at it. */
export interface World {
  readonly folder: string;
  readonly publicUrl: URL;
  readonly masterKey: string;
  readonly providerOrigin: string;
  readonly providerLog: ProviderLog;
  readonly provider: Supervised;
  readonly databaseCluster: string;
  readonly databaseLauncher: Supervised;
  /** Our own connections, for setting up and for judging. */
  readonly database: DatabaseConnection;
  readonly instances: readonly Instance[];
  /** The environment of a `lockkeeper` command beside the instances. */
  readonly environment: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly instances: number;
  readonly accessTokenLifeMs: number;
  readonly seed: number;
}

class InstanceProcess extends Supervised implements Instance {
  readonly url: string;

  constructor(url: string, options: ConstructorParameters<typeof Supervised>[0]) {
    super(options);
    this.url = url;
  }
}

export async function createWorld(options: WorldOptions): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lk-torture-'));
  // As root, PostgreSQL runs as another user, who must get through.
  chmodSync(folder, 0o711);
  const dataFolder = path.join(folder, 'database');
  const databaseLauncher = new Supervised({
    name: 'database',
    file: here('./processes/database-process.ts'),
    start: { args: [dataFolder], waitFor: /database is ready (.*)/ },
  });
  databaseLauncher.start();
  const {
    host,
    port,
    user,
    database: name,
  } = connectionSchema.parse(JSON.parse((await databaseLauncher.said(/database is ready (.*)/))[1] ?? ''));
  const databaseUrl = `postgresql://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const database = createDatabase({ connectionString: databaseUrl, application_name: 'torture', max: 4 });
  await migrate(database.db, migrations);

  const [providerPort = 0, ...instancePorts] = await freePorts(1 + options.instances);
  const providerLogPath = path.join(folder, 'provider.log');
  const pidsPath = path.join(folder, 'instances.json');
  const pids = new Map<string, number>();
  const notePid = (instance: string, pid: number) => {
    pids.set(instance, pid);
    writeFileSync(`${pidsPath}.new`, JSON.stringify([...pids.values()]));
    renameSync(`${pidsPath}.new`, pidsPath);
  };
  writeFileSync(pidsPath, '[]');
  const provider = new Supervised({
    name: 'provider',
    file: here('./processes/provider-process.ts'),
    start: {
      args: [providerPort, providerLogPath, pidsPath, options.seed, options.accessTokenLifeMs].map(String),
      waitFor: /provider is ready/,
    },
  });
  const providerLog = new ProviderLog(providerLogPath);
  provider.start();
  const providerOrigin = `http://127.0.0.1:${providerPort}`;
  const publicUrl = new URL('https://lockkeeper.test');
  const masterKey = randomBytes(32).toString('base64');
  const environment = {
    LOCKKEEPER_PUBLIC_URL: publicUrl.origin,
    LOCKKEEPER_MASTER_KEY: masterKey,
    LOCKKEEPER_ALLOW_ORIGINS: providerOrigin,
    DATABASE_URL: databaseUrl,
  };
  const instances = instancePorts.map((instancePort, index) => {
    const instanceName = `instance ${index + 1}`;
    return new InstanceProcess(`http://127.0.0.1:${instancePort}`, {
      name: instanceName,
      file: here('../apps/instance/src/main.ts'),
      start: {
        env: {
          ...environment,
          // So that a kill costs less than the start after it.
          NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
          LOCKKEEPER_PORT: String(instancePort),
          DATABASE_URL: `${databaseUrl}&application_name=instance-${index + 1}`,
        },
        waitFor: /instance is ready/,
      },
      onSpawn: (pid) => notePid(instanceName, pid),
    });
  });
  // Only one that ends in good order leaves its compiled code to the others.
  instances[0]?.start();
  await untilReady(instances.slice(0, 1));
  await instances[0]?.close('SIGTERM');
  for (const instance of instances) instance.start();
  await untilReady([provider, ...instances]);
  return {
    folder,
    publicUrl,
    masterKey,
    providerOrigin,
    providerLog,
    provider,
    databaseCluster: path.join(dataFolder, 'cluster'),
    databaseLauncher,
    database,
    instances,
    environment,
    async close() {
      await Promise.all(instances.map((instance) => instance.close('SIGKILL')));
      await provider.close('SIGKILL');
      await database.close();
      await databaseLauncher.close('SIGTERM');
      providerLog.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(processes: readonly Supervised[]): Promise<void> {
  await eventually(() => {
    for (const each of processes) if (!each.isReady) throw new Error(`${each.name} is not ready`);
  }, START_PATIENCE_MS);
}
