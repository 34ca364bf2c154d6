import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database, Db } from '../db/database.ts';
import { KeyProblem } from './key-problem.ts';

/** Held by the one program that rotates or retires keys; PostgreSQL frees it when that program dies. */
const keyLock = 5_460_020;

const lockRow = z.object({ mine: z.boolean() });

/** @throws KeyProblem when another program holds it */
export async function withKeyLock<R>(db: Db, run: (connection: Kysely<Database>) => Promise<R>): Promise<R> {
  return db.connection().execute(async (connection) => {
    const { rows } = await sql`select pg_try_advisory_lock(${keyLock}::bigint) as mine`.execute(connection);
    if (!lockRow.parse(rows[0]).mine) {
      throw new KeyProblem('Another command rotates or retires keys of this database. Wait for its end.');
    }
    try {
      return await run(connection);
    } finally {
      await sql`select pg_advisory_unlock(${keyLock}::bigint)`.execute(connection);
    }
  });
}
