import { Kysely, PostgresDialect } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { Database } from '../db/database.ts';

/** One connection, for COPY and for queries in the same transaction. */
export interface OneConnection {
  client: PoolClient;
  /** On that connection only; `transaction()` must not be called on it. */
  db: Kysely<Database>;
}

/** Runs in one transaction; whatever fails, nothing of it stays. */
export async function inOneTransaction<T>(
  pool: Pool,
  begin: string,
  run: (connection: OneConnection) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let isDone = false;
  try {
    await client.query(begin);
    const result = await run({ client, db: kyselyOn(client) });
    await client.query('commit');
    isDone = true;
    return result;
  } finally {
    // A connection in an unknown state is closed, which also rolls back.
    client.release(!isDone);
  }
}

function kyselyOn(client: PoolClient): Kysely<Database> {
  // Kysely gives a connection back after each query; this one is kept.
  const connection = new Proxy(client, {
    get(target, name) {
      if (name === 'release') return () => {};
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const pool = { connect: async () => connection, end: async () => {}, options: {} };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
