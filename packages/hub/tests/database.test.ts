import { createTestDatabase, eventually, useTestDatabase } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createDatabase } from '../src/db/database.ts';
import { migrate, NewerDatabase } from '../src/db/migrate.ts';
import { Notifications, notify } from '../src/db/notifications.ts';
import { migrations } from '../src/migrations/index.ts';

test('timestamps arrive as dates, counts as numbers', async () => {
  const { db } = await useTestDatabase();
  const { rows } =
    await sql`select '2030-01-02T03:04:05.678+02'::timestamptz as at, count(*) as n, 1.5::numeric as x`.execute(
      db,
    );
  expect(rows[0]).toEqual({ at: new Date('2030-01-02T01:04:05.678Z'), n: 1, x: 1.5 });
});

test('a bigint that no number can hold is an error and not a wrong number', async () => {
  const { db } = await useTestDatabase();
  await expect(sql`select 9007199254740993::bigint`.execute(db)).rejects.toThrow(RangeError);
});

test('the environment of libpq has no say in where the data live', async () => {
  const { poolConfig } = await useTestDatabase();
  process.env.PGPORT = '1';
  process.env.PGOPTIONS = '-c search_path=nowhere';
  const other = createDatabase(poolConfig);
  const { rows } = await sql<{ search_path: string }>`show search_path`.execute(other.db);
  await other.close();
  expect(rows[0]?.search_path).toContain('public');
});

test('each test has a database of its own', async () => {
  const [one, two] = await Promise.all([useTestDatabase(), useTestDatabase()]);
  await sql`create table only_here ()`.execute(one.db);
  await expect(sql`select * from only_here`.execute(two.db)).rejects.toThrow('does not exist');
});

test('RL-02: a connection that breaks between two statements fails its transaction, and not the process', async () => {
  const { db } = await useTestDatabase();
  const other = await useTestDatabase();
  let breaks = 0;
  const transaction = db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(other.db);
    // Nothing is under way on the connection when it learns of it.
    await eventually(async () => {
      const left = await sql`select 1 from pg_stat_activity where pid = ${rows[0]?.pid}`.execute(other.db);
      breaks++;
      expect(left.rows).toHaveLength(0);
    });
    await sql`select 1`.execute(trx);
  });
  await expect(transaction).rejects.toThrow();
  expect(breaks).toBeGreaterThan(0);
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
});

test('migrations are numbered without gaps, and run once', async () => {
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1));
  const { db } = await useTestDatabase();
  expect(await migrate(db, migrations)).toEqual([]);
});

test('several instances may migrate at once', async () => {
  const { db, poolConfig } = await useTestDatabase();
  const more = [...migrations, { number: migrations.length + 1, name: 'more', sql: 'create table more ()' }];
  const others = [createDatabase(poolConfig), createDatabase(poolConfig)];
  const done = await Promise.all([db, ...others.map((other) => other.db)].map((each) => migrate(each, more)));
  await Promise.all(others.map((other) => other.close()));
  expect(done.flat()).toEqual([expect.stringMatching(/^\d{4}-more$/)]);
});

test('a migration that fails changes nothing', async () => {
  const { db } = await useTestDatabase();
  const next = migrations.length + 1;
  const broken = [
    ...migrations,
    { number: next, name: 'good', sql: 'create table good ()' },
    { number: next + 1, name: 'broken', sql: 'create tabel' },
  ];
  await expect(migrate(db, broken)).rejects.toThrow(/-broken failed/);
  await expect(sql`select * from good`.execute(db)).rejects.toThrow('does not exist');
});

test('a database of a newer Lockkeeper is refused', async () => {
  const { db } = await useTestDatabase();
  await sql`insert into schema_migrations (number, name) values (9999, 'future')`.execute(db);
  await expect(migrate(db, migrations)).rejects.toThrow(NewerDatabase);
});

test('a notification arrives when its transaction commits, and not otherwise', async () => {
  const database = await createTestDatabase();
  const received: string[] = [];
  const notifications = new Notifications(database.poolConfig);
  await notifications.listen('things', { onNotification: (payload) => received.push(payload) });
  await database.db.transaction().execute((trx) => notify(trx, 'things', 'one'));
  await expect(
    database.db.transaction().execute(async (trx) => {
      await notify(trx, 'things', 'lost');
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await notify(database.db, 'things', 'two');
  await notifications.roundTrip();
  expect(received).toEqual(['one', 'two']);
  await notifications.close();
  await database.close();
});

test('a listener is told when its connection was lost and when it is back, and then hears again', async () => {
  const database = await createTestDatabase();
  const events: string[] = [];
  const notifications = new Notifications(database.poolConfig);
  await notifications.listen('a channel', {
    onNotification: (payload) => events.push(payload),
    onLost: () => events.push('lost'),
    onRestored: () => events.push('restored'),
  });
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'lockkeeper-listen' and datname = current_database()`.execute(database.db);
  await eventually(() => expect(events).toEqual(['lost', 'restored']));
  await notify(database.db, 'a channel', 'again');
  await eventually(() => expect(events).toEqual(['lost', 'restored', 'again']));
  await notifications.close();
  await database.close();
});
