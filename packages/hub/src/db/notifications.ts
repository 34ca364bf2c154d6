import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { Client, type ClientConfig, escapeIdentifier } from 'pg';
import { clearPgEnvironment } from './pg-environment.ts';

export interface NotificationHandler {
  onNotification(payload: string): void;
  /** From now on notifications may be missed. */
  onLost?(): void;
  /** The connection is back; whatever was missed meanwhile is missed for good. */
  onRestored?(): void;
}

const CONNECTION_TIMEOUT_MS = 10_000;
const SILENT_AFTER_MS = 3_000;
const firstDelayMs = 50;
const longestDelayMs = 5_000;

/**
 * The process's one connection for LISTEN. It reconnects by itself, and tells every handler when it was lost and when
 * it is back, because what was notified in between is gone.
 */
export class Notifications {
  readonly #config: ClientConfig;
  readonly #log: (message: string) => void;
  readonly #handlers = new Map<string, Set<NotificationHandler>>();
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(config: ClientConfig, log: (message: string) => void = () => {}) {
    clearPgEnvironment();
    this.#config = {
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      ...config,
      application_name: 'lockkeeper-listen',
      keepAlive: true,
    };
    this.#log = log;
  }

  /** Resolves when the database has accepted the subscription: later notifications reach the handler. */
  async listen(channel: string, handler: NotificationHandler): Promise<() => void> {
    const existing = this.#handlers.get(channel);
    const handlers = existing ?? new Set();
    handlers.add(handler);
    this.#handlers.set(channel, handlers);
    const wasConnected = this.#client;
    await this.#connect();
    // A connection made just now has subscribed to every channel already.
    if (wasConnected && wasConnected === this.#client) {
      await wasConnected.query(`listen ${escapeIdentifier(channel)}`);
    }
    return () => {
      handlers.delete(handler);
    };
  }

  /**
   * Proves that everything notified up to now has been delivered to the handlers.
   * @returns the database's time
   * @throws when the connection does not answer
   */
  async roundTrip(): Promise<Date> {
    if (!this.#client) throw new Error('The listening connection is down');
    const client = this.#client;
    const silent = breakWhenSilent(client);
    try {
      const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at');
      const [row] = rows;
      if (row === undefined) throw new Error('The database did not tell its time');
      return row.at;
    } finally {
      clearTimeout(silent);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connecting?.catch(() => {});
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    const silent = breakWhenSilent(client);
    await client.end().catch(() => {});
    clearTimeout(silent);
  }

  async #connect(): Promise<void> {
    if (this.#client) return;
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<void> {
    const client = new Client(this.#config);
    client.on('error', (error) => this.#log(`The listening connection broke: ${error.message}`));
    client.on('notification', ({ channel, payload = '' }) => {
      for (const handler of this.#handlers.get(channel) ?? []) handler.onNotification(payload);
    });
    try {
      await client.connect();
      for (const channel of this.#handlers.keys()) await client.query(`listen ${escapeIdentifier(channel)}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    if (this.#closing.signal.aborted) return client.end();
    client.once('end', () => void this.#reconnect(client));
    this.#client = client;
  }

  async #reconnect(lost: Client): Promise<void> {
    if (this.#client !== lost) return;
    this.#client = undefined;
    this.#tell('onLost');
    for (
      let delayMs = firstDelayMs;
      !this.#closing.signal.aborted;
      delayMs = Math.min(delayMs * 2, longestDelayMs)
    ) {
      try {
        await this.#connect();
        return this.#tell('onRestored');
      } catch {
        await sleep(delayMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }

  #tell(event: 'onLost' | 'onRestored'): void {
    for (const handlers of this.#handlers.values()) for (const handler of handlers) handler[event]?.();
  }
}

/** A connection that went silent never ends by itself; broken, it is made anew. */
function breakWhenSilent(client: Client): NodeJS.Timeout {
  return setTimeout(() => client.connection.stream.destroy(), SILENT_AFTER_MS);
}

/** Notifies every instance, this one included, when the transaction commits; nobody if it does not. At most 8,000 bytes. */
export async function notify<T>(trx: Kysely<T>, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(trx);
}

/** The same for many, in their order, by one statement. */
export async function notifyAll<T>(
  trx: Kysely<T>,
  channel: string,
  payloads: readonly string[],
): Promise<void> {
  if (payloads.length === 0) return;
  await sql`
    select pg_notify(${channel}, payload) from unnest(${[...payloads]}::text[]) with ordinality as one (payload, place)
    order by place
  `.execute(trx);
}
