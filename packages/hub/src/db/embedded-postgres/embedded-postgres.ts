import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig, DatabaseError, escapeIdentifier } from 'pg';
import { clearPgEnvironment } from '../pg-environment.ts';
import { type Binaries, canRun, likelyBinaries, prepareBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { prepareDataFolder } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findServer } from './processes.ts';
import { lastComplaint, type ServerPlace, spawnServer, stopServer } from './server.ts';
import { findServerUser } from './server-user.ts';
import { openSocketAddress, type SocketAddress } from './socket-address.ts';

/** Held by the one process that may use the data folder; PostgreSQL frees it when that process dies. */
const ownerLock = 5_460_018;

/** A server that runs may first have to replay what it had written before a crash. */
const recoveryTimeoutMs = 60_000;

/** After a kill of the server its backends need about a second to let go of the shared memory; until then a new one ends. */
const spawnTimeoutMs = 5_000;

const longestRestartDelayMs = 5_000;

/** A predecessor that was killed this moment still holds the lock until the server has noticed. */
const ownerTimeoutMs = 1_500;

export interface EmbeddedPostgresOptions {
  /** A folder of its own, below which the cluster, the log and, where needed, the programs are kept. */
  dataFolder: string;
  log: (message: string) => void;
  /** Default true. False for tests: nothing is synced to disk. */
  durable?: boolean;
  /** Called once when other processes are at work and this one would only wait: a moment to load what comes next. */
  meanwhile?: (() => void) | undefined;
}

export interface EmbeddedPostgresConnection {
  host: string;
  port: number;
  user: string;
  database: string;
  ssl: false;
}

export function embeddedConnection({ host }: SocketAddress): EmbeddedPostgresConnection {
  return { host, port: 5432, user: 'app', database: 'lockkeeper', ssl: false };
}

/** A PostgreSQL server of our own, as a child process that nobody else can reach. */
export class EmbeddedPostgres {
  /** For `pg`; stays valid when the server is started again. */
  readonly poolConfig: EmbeddedPostgresConnection;
  readonly #place: ServerPlace;
  readonly #address: SocketAddress;
  readonly #log: (message: string) => void;
  #owner: Client | undefined;
  #starting: Promise<void> | undefined;
  #stopped = false;

  constructor(place: ServerPlace, log: (message: string) => void) {
    this.#place = place;
    this.#log = log;
    this.#address = openSocketAddress(place.cluster);
    this.poolConfig = embeddedConnection(this.#address);
  }

  /**
   * Starts the server again if it was killed; does nothing if it runs. Called by itself when the connection to the
   * server is lost, and by whoever gets a connection error first.
   * @throws EmbeddedPostgresError `folder-in-use`, `not-started`
   */
  async ensureRunning(): Promise<void> {
    if (this.#stopped || this.#owner) return;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Ends the server, with everything written that was acknowledged. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#starting?.catch(() => {});
    const wasOwner = this.#owner !== undefined;
    await this.#owner?.end().catch(() => {});
    this.#owner = undefined;
    if (wasOwner) await stopServer(this.#place.cluster);
    this.#address.close();
  }

  async #start(): Promise<void> {
    const client = await this.#connect();
    try {
      await takeOwnership(client, this.#place.cluster);
      await ensureDatabase(client, this.poolConfig.database);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    client.once('end', () => this.#lost(client));
    this.#owner = client;
  }

  /** Retries until the server answers, starting it where none runs: a start right after a kill may fail once or twice. */
  async #connect(): Promise<Client> {
    const startedAt = Date.now();
    let spawnAgainAt = 0;
    for (;;) {
      const isRunning = findServer(this.#place.cluster) !== undefined;
      if (!isRunning && Date.now() >= spawnAgainAt) {
        spawnServer(this.#place);
        spawnAgainAt = Date.now() + 300;
      }
      const client = new Client({ ...this.poolConfig, ...ownerConnection });
      // Without a listener, a connection that breaks would end the whole process.
      client.on('error', () => {});
      try {
        await client.connect();
        return client;
      } catch (error) {
        await client.end().catch(() => {});
        const timeoutMs = isRunning ? recoveryTimeoutMs : spawnTimeoutMs;
        if (Date.now() > startedAt + timeoutMs) throw this.#notStarted(error);
      }
      await sleep(15);
    }
  }

  #lost(client: Client): void {
    if (this.#owner !== client) return;
    this.#owner = undefined;
    if (this.#stopped) return;
    this.#log('The embedded database went away; starting it again');
    void this.#startAgain();
  }

  /** However often it takes: one that is killed while it recovers, or a full disk, must not need a person afterwards. */
  async #startAgain(): Promise<void> {
    for (let delayMs = 100; !this.#stopped; delayMs = Math.min(delayMs * 2, longestRestartDelayMs)) {
      try {
        return await this.ensureRunning();
      } catch (error) {
        this.#log(`The embedded database stays away: ${error}`);
        if (error instanceof EmbeddedPostgresError && error.code === 'folder-in-use') return;
      }
      await sleep(delayMs, undefined, { ref: false });
    }
  }

  #notStarted(cause: unknown): EmbeddedPostgresError {
    return new EmbeddedPostgresError(
      'not-started',
      `The embedded database did not start: ${lastComplaint(this.#place.logFile)}. ` +
        `Its log is ${this.#place.logFile}; with DATABASE_URL a PostgreSQL server of your own is used instead.`,
      { cause },
    );
  }
}

const ownerConnection: ClientConfig = {
  database: 'postgres',
  application_name: `lockkeeper-owner-${process.pid}`,
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
};

/**
 * Starts PostgreSQL on a data folder, or takes over a server that was left behind there.
 * @throws EmbeddedPostgresError with one readable line for the person who started us
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  clearPgEnvironment();
  const user = findServerUser();
  const folder = prepareDataFolder(options.dataFolder, user);
  const cluster = path.join(folder, 'cluster');
  const start = async (binaries: Binaries, meanwhile?: () => void) => {
    const isNew = !existsSync(cluster);
    const made = ensureCluster(cluster, binaries, user);
    if (isNew) meanwhile?.();
    await made;
    const logFile = path.join(folder, 'server.log');
    const place = { cluster, logFile, binaries, user, durable: options.durable ?? true };
    const server = new EmbeddedPostgres(place, options.log);
    const running = server.ensureRunning();
    if (!isNew) meanwhile?.();
    await running.catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return server;
  };
  if (!existsSync(cluster)) return start(await prepareBinaries(user, folder), options.meanwhile);
  // They ran here before: to try them first would only take time.
  const likely = likelyBinaries(folder);
  try {
    return await start(likely, options.meanwhile);
  } catch (error) {
    const isNotStarted = error instanceof EmbeddedPostgresError && error.code === 'not-started';
    if (!isNotStarted || (await canRun(likely, user))) throw error;
    return start(await prepareBinaries(user, folder));
  }
}

async function takeOwnership(client: Client, cluster: string): Promise<void> {
  const deadline = Date.now() + ownerTimeoutMs;
  for (;;) {
    const { rows } = await client.query('select pg_try_advisory_lock($1) as mine', [ownerLock]);
    if (rows[0].mine) return;
    if (Date.now() > deadline) break;
    await sleep(randomInt(20, 80));
  }
  const { rows } = await client.query(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.objid = $1 and l.granted`,
    [ownerLock],
  );
  const pid = /\d+$/.exec(String(rows[0]?.name ?? ''))?.[0];
  throw new EmbeddedPostgresError(
    'folder-in-use',
    `The data folder ${path.dirname(cluster)} is in use by another Lockkeeper${pid ? ` (process ${pid})` : ''}. ` +
      'Stop it first, or choose another folder with LOCKKEEPER_DATA.',
  );
}

async function ensureDatabase(client: Client, name: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount) return;
  try {
    await client.query(`create database ${escapeIdentifier(name)}`);
  } catch (error) {
    const duplicate = error instanceof DatabaseError && error.code === '42P04';
    if (!duplicate) throw error;
  }
}
