import { randomUUID } from 'node:crypto';
import { setUpFirstAdmin, useTestDatabase, useTestHub } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { createDatabase } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { migrations } from '../src/migrations/index.ts';

/** An empty database that belongs to a role which may do nothing else on the server. */
async function useLeastDatabase() {
  const server = await useTestDatabase();
  const name = `least_${randomUUID().replaceAll('-', '')}`;
  await sql`create role ${sql.id(name)} nosuperuser nocreatedb nocreaterole noreplication`.execute(server.db);
  await sql`create database ${sql.id(name)} owner ${sql.id(name)}`.execute(server.db);
  const poolConfig = { ...server.poolConfig, database: name, options: `-c role=${name}` };
  const database = createDatabase({ ...poolConfig, max: 5 });
  onTestFinished(() => database.close());
  return { ...database, poolConfig, url: server.url, name };
}

it('IN-03: an instance needs a database of its own and no more: no superuser, no right to make roles or databases', async () => {
  const database = await useLeastDatabase();
  const { rows } = await sql`
    select current_user as name, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user
  `.execute(database.db);
  expect(rows).toEqual([{ name: database.name, rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);

  expect((await migrate(database.db, migrations)).length).toBe(migrations.length);
  const testHub = await useTestHub({ database });
  const admin = await setUpFirstAdmin(testHub);
  const key = await admin.post('/api/v1/api-keys', { name: 'ci', roles: ['viewer'] });
  expect(key.status).toBe(201);
  expect((await admin.get('/api/v1/audit-entries')).json.total).toBeGreaterThan(1);
  expect(await testHub.accessAdmin.verifyAuditLog({})).toMatchObject({ intact: true });

  // A token that was stolen out of the program reaches no file and no other program of the database's host.
  for (const statement of [
    sql`copy (select 1) to program 'true'`,
    sql`copy api_keys to '/tmp/api-keys'`,
    sql`select pg_read_file('/etc/passwd')`,
    sql`create role another superuser`,
  ]) {
    await expect(statement.execute(database.db)).rejects.toMatchObject({ code: '42501' });
  }
});
