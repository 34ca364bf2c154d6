import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig, types } from 'pg';
import { clearPgEnvironment } from './pg-environment.ts';
import type { AccessTables } from './tables/access.ts';
import type { ApplicationsTables } from './tables/applications.ts';
import type { CredentialsTables } from './tables/credentials.ts';
import type { DiscoveryTables } from './tables/discovery.ts';
import type { EventSubscriptionsTables } from './tables/event-subscriptions.ts';
import type { MidServersTables } from './tables/mid-servers.ts';
import type { TokensTables } from './tables/tokens.ts';
import type { ToolsTables } from './tables/tools.ts';
import type { VaultTables } from './tables/vault.ts';

/** Every table, by name. Columns are `snake_case` as in SQL; each feature's store turns rows into its own types. */
export interface Database
  extends AccessTables,
    VaultTables,
    ApplicationsTables,
    CredentialsTables,
    TokensTables,
    MidServersTables,
    ToolsTables,
    DiscoveryTables,
    EventSubscriptionsTables {}

export type Db = Kysely<Database>;

export interface DatabaseConnection {
  db: Db;
  pool: Pool;
  /** What it was opened with, for `Notifications`, which has a connection of its own. */
  poolConfig: PoolConfig;
  /** Closes every connection. */
  close(): Promise<void>;
}

/**
 * A server that is gone without a word answers nothing any more, and no end of the connection comes either. Longer than
 * any statement of an instance takes, waiting for a lock included.
 */
const SILENT_AFTER_MS = 60_000;

export interface DatabaseOptions {
  /** After this silence of a connection it is broken off, and with it what waits for an answer. */
  readonly silentAfterMs?: number;
}

/**
 * Opens a pool of connections. `timestamptz` arrives as Date, `bigint` and `numeric` as number.
 * A connection that breaks while idle is replaced at the next query and needs no attention.
 */
export function createDatabase(
  config: PoolConfig,
  log: (message: string) => void = () => {},
  { silentAfterMs = SILENT_AFTER_MS }: DatabaseOptions = {},
): DatabaseConnection {
  clearPgEnvironment();
  const pool = new Pool({
    application_name: 'lockkeeper',
    max: 10,
    connectionTimeoutMillis: 10_000,
    ...config,
    types: { getTypeParser },
  });
  let closing = false;
  pool.on('error', (error) => {
    // The pool calls itself ended before its sockets are closed; a server that stops then is no news.
    if (!closing) log(`A database connection broke: ${error.message}`);
  });
  // The pool listens only to idle connections. One that breaks between two statements of a transaction would otherwise
  // end the process; whoever holds it learns of it with the next statement.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    const { stream } = client.connection;
    if (stream instanceof Socket) stream.setTimeout(silentAfterMs, () => stream.destroy());
  });
  const db: Db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const close = () => {
    closing = true;
    return db.destroy();
  };
  return { db, pool, poolConfig: config, close };
}

const getTypeParser: typeof types.getTypeParser = (id, format) => {
  if (format !== 'binary' && id === types.builtins.INT8) return parseBigint;
  if (format !== 'binary' && id === types.builtins.NUMERIC) return Number;
  return types.getTypeParser(id, format);
};

/** @throws RangeError rather than a number that is slightly wrong */
function parseBigint(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`bigint ${text} does not fit a number`);
  return number;
}
