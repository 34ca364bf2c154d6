import { createDatabase } from '@lockkeeper/hub';
import { useTestDatabase } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { isDatabaseAway } from './database-away.ts';

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('a server that is not there, ends a connection or has no connection left is away', async () => {
  const nowhere = createDatabase({ host: '/nowhere', user: 'app', database: 'x' });
  expect(isDatabaseAway(await errorOf(sql`select 1`.execute(nowhere.db)))).toBe(true);
  await nowhere.close();
  const refusing = createDatabase({ host: '127.0.0.1', port: 1, user: 'app', database: 'x' });
  expect(isDatabaseAway(await errorOf(sql`select 1`.execute(refusing.db)))).toBe(true);
  await refusing.close();
  const { db, poolConfig } = await useTestDatabase();
  expect(isDatabaseAway(await errorOf(sql`select pg_terminate_backend(pg_backend_pid())`.execute(db)))).toBe(
    true,
  );
  const small = createDatabase({ ...poolConfig, max: 1, connectionTimeoutMillis: 100 });
  await small.db.connection().execute(async () => {
    expect(isDatabaseAway(await errorOf(sql`select 1`.execute(small.db)))).toBe(true);
  });
  await small.close();
});

test('a statement that is wrong, or a provider that is away, is another matter', async () => {
  const { db } = await useTestDatabase();
  expect(isDatabaseAway(await errorOf(sql`select no_column`.execute(db)))).toBe(false);
  expect(isDatabaseAway(await errorOf(fetch('http://127.0.0.1:1')))).toBe(false);
  expect(isDatabaseAway('ECONNREFUSED')).toBe(false);
});
