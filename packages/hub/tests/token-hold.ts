import { eventually } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Rig } from './provider-rig.ts';

// Stops a refresh in the middle, where a test wants to do something to it.

/** Holds the statement that does this to a token until its connection is ended. */
export const holdWhen = ({ testHub }: Rig, condition: string) =>
  sql
    .raw(
      `create function hold() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
       create trigger hold before update on tokens for each row when (${condition}) execute function hold();`,
    )
    .execute(testHub.database.db);

export const isHolding = ({ testHub }: Rig) =>
  eventually(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where wait_event = 'PgSleep'`.execute(
      testHub.database.db,
    );
    expect(rows).toHaveLength(1);
  });

/** With the process its connection ends; PostgreSQL would notice that only after the statement. */
export const releaseAndForget = ({ testHub }: Rig) =>
  sql`
    with ended as (select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep')
    select count(*) from ended
  `
    .execute(testHub.database.db)
    .then(() => sql`drop function hold cascade`.execute(testHub.database.db));
