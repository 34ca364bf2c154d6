import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  CanaryVault,
  createTestDatabase,
  eventually,
  setUpFirstAdmin,
  type TestDatabase,
  useTestHub,
} from '@lockkeeper/testing';
import { createVault, parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { Client } from 'pg';
import { beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { notInBackups } from '../src/backup/backup-tables.ts';
import { restoreBackup } from '../src/backup/restore-backup.ts';
import { reportRestoredTokens } from '../src/backup/restored-tokens.ts';
import { writeBackup } from '../src/backup/write-backup.ts';
import { createDatabase } from '../src/db/database.ts';
import { rotateKeys } from '../src/keys/key-rotation.ts';
import { openKeyRing } from '../src/keys/open-key-ring.ts';
import { migrations } from '../src/migrations/index.ts';
import { getOAuthToken, startCertifiedProvider, tokenOf, useRig } from './provider-rig.ts';

const newestSchema = migrations.at(-1)?.number ?? 0;
const newKeys = () => parseMasterKeys(randomBytes(32).toString('base64'), undefined);
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'lockkeeper-backup-'));
  file = path.join(folder, 'backup.age');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function migratedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(() => database.close());
  return database;
}

/** A database without any table, as somebody makes it for a restore. */
async function emptyDatabase(): Promise<TestDatabase> {
  const server = { host: inject('testDatabaseHost'), port: 5432, user: 'app', ssl: false } as const;
  const database = `empty_${randomBytes(8).toString('hex')}`;
  const admin = new Client({ ...server, database: 'postgres' });
  await admin.connect();
  await admin.query(`create database ${database} template template0`);
  await admin.end();
  const poolConfig = { ...server, database };
  const opened = { ...createDatabase({ ...poolConfig, max: 5 }), poolConfig };
  onTestFinished(() => opened.close());
  return { ...opened, url: `postgresql://app@/${database}?host=${encodeURIComponent(server.host)}` };
}

async function contentOf({ db }: TestDatabase): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`.execute(
    db,
  );
  const content: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(t) as row from ${sql.table(name)} t order by to_jsonb(t)::text`.execute(db);
    content[name] = rows.map(({ row }) => row);
  }
  return content;
}

describe('a backup', () => {
  test('restores into an empty database: every table but the named ones, row for row', async () => {
    const masterKeys = newKeys();
    const source = await migratedDatabase();
    const testHub = await useTestHub({ database: source, masterKeys });
    const admin = await setUpFirstAdmin(testHub);
    const awkward = 'tab\t, newline\n, backslash \\. \\N, quote " and €, 🔑';
    await admin.post('/api/v1/application-registries', {
      name: 'Bitbucket',
      clientId: 'client',
      clientSecret: 'canary-client-secret',
      defaultGrantType: 'authorization_code',
      authorizationUrl: 'https://bitbucket.org/site/oauth2/authorize',
      tokenUrl: 'https://bitbucket.org/site/oauth2/access_token',
      comments: awkward,
    });
    const before = await contentOf(source);
    const backup = await writeBackup({ database: source, masterKeys, file, newestSchema });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const target = await emptyDatabase();
    const options = { database: target, masterKeys, file, migrations, isDrill: false };
    const restored = await restoreBackup(options);
    expect(restored.rows).toEqual(backup.rows);
    const after = await contentOf(target);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    const restoreEntry = after.audit_entries?.length ?? 0;
    for (const [table, rows] of Object.entries(before)) {
      if (table === 'audit_entries') expect(after[table]?.slice(0, -1)).toHaveLength(rows.length);
      else if (table === 'schema_migrations') expect(after[table]).toHaveLength(rows.length);
      else if (table === 'audit_head') expect(after[table]).toMatchObject([{ sequence: restoreEntry }]);
      else expect([table, after[table]]).toEqual([table, table in notInBackups ? [] : rows]);
    }
    const again = await useTestHub({ database: target, masterKeys });
    expect((await again.browser().get('/api/v1/session', { cookie: admin.cookies })).status).toBe(401);
    const vault = createVault(await openKeyRing(target.db, async () => masterKeys));
    const registry = await target.db
      .selectFrom('application_registries')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(registry.comments).toBe(awkward);
    const secret = await vault.open(registry.client_secret_sealed ?? '', {
      table: 'application_registries',
      rowId: registry.id,
      column: 'client_secret',
      version: registry.client_secret_version,
    });
    expect(secret.reveal()).toBe('canary-client-secret');
  }, 60_000);

  test('RL-02: that finds no room says so, ends with 1, and leaves nothing behind', async () => {
    const database = await migratedDatabase();
    const masterKey = randomBytes(32).toString('base64');
    await useTestHub({ database, masterKeys: parseMasterKeys(masterKey, undefined) });
    // A limit on the size of files stands for the disk: the same failure at the same place.
    const script = 'trap \'\' XFSZ; ulimit -f 1; exec "$@"';
    const cli = path.join(import.meta.dirname, '../../../apps/cli/src/main.ts');
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
      execFile(
        'bash',
        ['-c', script, 'bash', process.execPath, cli, 'backup', '--out', file],
        { env: { PATH: process.env.PATH, DATABASE_URL: database.url, LOCKKEEPER_MASTER_KEY: masterKey } },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
      );
    });
    expect([code, output]).toEqual([1, expect.stringContaining(`There is no room for ${file} (EFBIG).`)]);
    expect(output).not.toMatch(/^ {4}at /m);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('holds a table that is added later, without anybody thinking of it', async () => {
    const later = [
      ...migrations,
      { number: newestSchema + 1, name: 'later', sql: 'create table later_things (id text primary key)' },
    ];
    const masterKeys = newKeys();
    const source = await migratedDatabase();
    await sql`create table later_things (id text primary key)`.execute(source.db);
    await sql`insert into schema_migrations (number, name) values (${newestSchema + 1}, 'later')`.execute(
      source.db,
    );
    await sql`insert into later_things values ('not forgotten')`.execute(source.db);
    await writeBackup({ database: source, masterKeys, file, newestSchema: newestSchema + 1 });
    const target = await emptyDatabase();
    await restoreBackup({ database: target, masterKeys, file, migrations: later, isDrill: false });
    expect((await contentOf(target)).later_things).toEqual([{ id: 'not forgotten' }]);
  });

  test('of an older schema is migrated forward after it was restored', async () => {
    const masterKeys = newKeys();
    await writeBackup({ database: await migratedDatabase(), masterKeys, file, newestSchema });
    const target = await emptyDatabase();
    const newer = [
      ...migrations,
      { number: newestSchema + 1, name: 'newer', sql: 'create table newer_things (id text)' },
    ];
    await restoreBackup({ database: target, masterKeys, file, migrations: newer, isDrill: false });
    expect((await contentOf(target)).newer_things).toEqual([]);
  });

  test('leaves out only tables that exist, and no table in it refers to one that is left out', async () => {
    const source = await migratedDatabase();
    const tables = Object.keys(await contentOf(source));
    expect(Object.keys(notInBackups).filter((name) => !tables.includes(name))).toEqual([]);
    const { rows } = await sql<{ from: string; to: string }>`
      select f.conrelid::regclass::text as from, f.confrelid::regclass::text as to from pg_constraint f
      where f.contype = 'f'`.execute(source.db);
    expect(rows.filter(({ from, to }) => !(from in notInBackups) && to in notInBackups)).toEqual([]);
    // A sequence would start again at 1 after a restore.
    const sequences = await sql`select relname from pg_class where relkind = 'S'`.execute(source.db);
    expect(sequences.rows).toEqual([]);
  });

  test('KE-08: neither the file nor the tables hold a secret in the clear', async () => {
    const canaries = new CanaryVault();
    const provider = await startCertifiedProvider();
    canaries.register('client-secret', provider.registry.clientSecret);
    const rig = await useRig(provider);
    await getOAuthToken(rig);
    const masterKeys = newKeys();
    canaries.register('master-key', masterKeys.current.reveal());
    await writeBackup({ database: rig.testHub.database, masterKeys, file, newestSchema });
    expect(canaries.find(readFileSync(file, 'latin1'))).toEqual([]);
    expect(canaries.find(JSON.stringify(await contentOf(rig.testHub.database)))).toEqual([]);
  });
});

describe('a restore that cannot be', () => {
  const masterKeys = newKeys();
  beforeEach(async () => {
    await writeBackup({ database: await migratedDatabase(), masterKeys, file, newestSchema });
  });

  async function refusal(change: Partial<Parameters<typeof restoreBackup>[0]> = {}): Promise<string> {
    const database = await emptyDatabase();
    const options = { database, masterKeys, file, migrations, isDrill: false, ...change };
    const message = await restoreBackup(options).then(
      () => 'it was restored',
      (error: Error) => error.message,
    );
    if (!change.database) expect(await contentOf(database)).toEqual({});
    return message;
  }

  test('RL-07: with another master key says which one it needs, and which it was given', async () => {
    expect(await refusal({ masterKeys: newKeys() })).toMatch(
      /made with the master key kek_[0-9a-f]{16}; given was kek_[0-9a-f]{16}\. Put the right one/,
    );
  });

  test('of a file that was cut, at any place, leaves the database empty', async () => {
    const whole = readFileSync(file);
    for (const length of [0, 10, 150, 300, whole.length >> 1, whole.length - 1]) {
      writeFileSync(file, whole.subarray(0, length));
      expect(await refusal()).toContain('was cut, changed, or is something else');
    }
  });

  test('of a file with one changed byte, anywhere', async () => {
    const whole = readFileSync(file);
    for (const position of [3, 40, 260, whole.length >> 1, whole.length - 5]) {
      const changed = Buffer.from(whole);
      changed[position] = (changed[position] ?? 0) ^ 1;
      writeFileSync(file, changed);
      expect(await refusal()).toMatch(/was cut, changed, or is something else|was made with the master key/);
    }
  });

  test('of a file that is not there', async () => {
    expect(await refusal({ file: path.join(folder, 'missing') })).toMatch(
      /missing cannot be read \(ENOENT\)/,
    );
  });

  test('into a database that is not empty changes nothing there', async () => {
    const database = await migratedDatabase();
    const before = await contentOf(database);
    expect(await refusal({ database })).toContain('The database is not empty');
    expect(await contentOf(database)).toEqual(before);
  });

  test('from a newer Lockkeeper', async () => {
    expect(await refusal({ migrations: migrations.slice(0, -1) })).toContain('made by a newer Lockkeeper');
  });

  test('of a backup that was written over another file', async () => {
    const database = await migratedDatabase();
    await expect(writeBackup({ database, masterKeys, file, newestSchema })).rejects.toThrow('exists already');
  });
});

test('RL-07: a backup made while keys are rotated needs both master keys, and says so', async () => {
  const [old, fresh] = [newKeys(), newKeys()];
  const source = await migratedDatabase();
  await openKeyRing(source.db, async () => old);
  const both = { current: fresh.current, previous: [old.current] };
  await writeBackup({ database: source, masterKeys: both, file, newestSchema });
  const target = await emptyDatabase();
  const options = { database: target, file, migrations, isDrill: false };
  await expect(restoreBackup({ ...options, masterKeys: fresh })).rejects.toMatchObject({
    code: 'vault.master_key_wrong',
  });
  expect(await contentOf(target)).toEqual({});
  await restoreBackup({ ...options, masterKeys: both });
  await rotateKeys({ db: target.db, masterKeys: async () => both, settleMs: 10 });
  await openKeyRing(target.db, async () => fresh);
});

describe('RL-07: refresh tokens after a restore', () => {
  test('one that was replaced since needs authorization and is listed; one that was not is refreshed', async () => {
    const provider = await startCertifiedProvider();
    const masterKeys = newKeys();
    const rig = await useRig(provider, { masterKeys });
    await getOAuthToken(rig);
    const untouched = path.join(folder, 'untouched.age');
    const { database } = rig.testHub;
    await writeBackup({ database, masterKeys, file: untouched, newestSchema });

    for (const [backup, state] of [
      [untouched, 'available'],
      // The first restore has used that refresh token meanwhile.
      [untouched, 'needs_authorization'],
    ] as const) {
      const target = await emptyDatabase();
      const options = { database: target, masterKeys, file: backup, migrations, isDrill: false };
      const { tokens } = await restoreBackup(options);
      expect(tokens).toMatchObject([{ name: 'Platform', registry: 'Certified', state: 'uncertain' }]);
      const restored = await useTestHub({ database: target, masterKeys, allowOrigins: [provider.origin] });
      await eventually(async () => {
        const report = await reportRestoredTokens(target.db);
        expect(report?.tokens).toMatchObject([{ name: 'Platform', state }]);
      });
      await restored.hub.stop();
      const { rows } = await sql<{ action: string }>`
        select action from audit_entries order by sequence desc limit 2`.execute(target.db);
      expect(rows.map(({ action }) => action)).toEqual([
        state === 'available' ? 'token.refreshed' : 'token.needs_authorization',
        'backup.restored',
      ]);
    }
  }, 60_000);

  test('a drill asks the provider nothing, so that the living installation keeps its tokens', async () => {
    const provider = await startCertifiedProvider();
    const masterKeys = newKeys();
    const rig = await useRig(provider, { masterKeys });
    await getOAuthToken(rig);
    const { database } = rig.testHub;
    await writeBackup({ database, masterKeys, file, newestSchema });
    const requests = provider.tokenRequests();
    const target = await emptyDatabase();
    await restoreBackup({ database: target, masterKeys, file, migrations, isDrill: true });
    const drill = await useTestHub({ database: target, masterKeys, allowOrigins: [provider.origin] });
    const key = await drill.withRole('admin');
    const token = await key.get(`/api/v1/credentials/${rig.credentialId}/token`);
    expect(token.json).toMatchObject({ state: 'needs_authorization' });
    expect(provider.tokenRequests()).toBe(requests);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available' });
  }, 60_000);
});
