import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  createTestDatabase,
  setUpFirstAdmin,
  startNode,
  type TestClient,
  type TestDatabase,
  useTestHub,
} from '@lockkeeper/testing';
import {
  createVault,
  keyEncryptionIdOf,
  type MasterKeys,
  parseMasterKeys,
  Secret,
  type Vault,
} from '@lockkeeper/vault';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Notifications } from '../src/db/notifications.ts';
import { sealedColumnOf } from '../src/db/sealed-column.ts';
import { KeyPresence } from '../src/keys/key-presence.ts';
import { reportKeys, valuesOf } from '../src/keys/key-report.ts';
import { retireDataKeys } from '../src/keys/key-retirement.ts';
import { rotateKeys } from '../src/keys/key-rotation.ts';
import { openKeyRing } from '../src/keys/open-key-ring.ts';
import { listSealedColumns } from '../src/keys/sealed-columns.ts';
import { createLogger } from '../src/log.ts';

const child = path.join(import.meta.dirname, 'key-rotation-child.ts');
const newKey = () => randomBytes(32).toString('base64');
const logger = createLogger({ level: 'silent' });
const fast = { settleMs: 20, rollCallMs: 500 };

async function useDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(() => database.close());
  return database;
}

/** One instance's view of the keys. */
async function anInstance(database: TestDatabase, masterKeys: () => Promise<MasterKeys>, id = 'instance-1') {
  const keyRing = await openKeyRing(database.db, masterKeys);
  const notifications = new Notifications(database.poolConfig);
  const presence = new KeyPresence({ db: database.db, keyRing, notifications, instanceId: id, logger });
  await presence.start();
  const stop = async () => {
    await presence.stop();
    await notifications.close();
  };
  return { keyRing, vault: createVault(keyRing), stop };
}

/** Values in a table that exists for secrets of the installation. */
async function sealMany(database: TestDatabase, vault: Vault, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `secret-${index}`);
  for (const name of names) {
    const sealed = await vault.seal(new Secret(`canary-value-of-${name}`), placeOf(name));
    await database.db
      .insertInto('vault_secrets')
      .values({ name, secret_sealed: sealed, secret_version: 1 })
      .execute();
  }
  return names;
}

const placeOf = (name: string, version = 1) => ({
  table: 'vault_secrets',
  rowId: name,
  column: 'secret',
  version,
});

async function openAll(database: TestDatabase, vault: Vault): Promise<string[]> {
  const rows = await database.db.selectFrom('vault_secrets').selectAll().orderBy('name').execute();
  return Promise.all(
    rows.map(async (row) => (await vault.open(row.secret_sealed, placeOf(row.name))).reveal()),
  );
}

async function actionsOf({ db }: TestDatabase): Promise<string[]> {
  const rows = await db.selectFrom('audit_entries').select('action').orderBy('sequence').execute();
  return rows.map(({ action }) => action);
}

describe('rotating keys', () => {
  test('KE-04: a new master key: 0 failed reads on two instances meanwhile, then the old one is not needed', async () => {
    const database = await useDatabase();
    const [old, fresh] = [newKey(), newKey()];
    const before = await anInstance(database, async () => parseMasterKeys(old, undefined));
    const names = await sealMany(database, before.vault, 150);
    await before.stop();
    const keys = async () => parseMasterKeys(fresh, old);
    const instances = [await anInstance(database, keys, 'one'), await anInstance(database, keys, 'two')];
    let reads = 0;
    let isDone = false;
    const readers = instances.map(async ({ vault }) => {
      while (!isDone) {
        for (const value of await openAll(database, vault)) if (value.startsWith('canary-value-of')) reads++;
        // They write too, whichever key is theirs at the moment.
        const name = names[reads % names.length] ?? '';
        const sealed = await vault.seal(new Secret(`canary-value-of-${name}`), placeOf(name));
        await database.db
          .updateTable('vault_secrets')
          .set({ secret_sealed: sealed })
          .where('name', '=', name)
          .execute();
        await nextTurn();
      }
    });
    const done = await rotateKeys({ db: database.db, masterKeys: keys, ...fast, settleMs: 1_100 });
    isDone = true;
    await Promise.all(readers);
    expect(reads).toBeGreaterThan(300);
    expect(done).toMatchObject({ isResumed: false, rewrapped: 1, damaged: [] });
    expect(done.resealed).toBeGreaterThan(100);

    await retireDataKeys({ db: database.db });
    const { current } = await keys();
    const report = await reportKeys(database.db, [keyEncryptionIdOf(current)]);
    expect(report.dataKeys).toMatchObject([{ id: done.dataKeyId, isCurrent: true }]);
    expect(report.masterKeys).toMatchObject([{ id: keyEncryptionIdOf(current), dataKeys: 1 }]);
    for (const { vault, stop } of instances) {
      expect(await openAll(database, vault)).toHaveLength(150);
      await stop();
    }
    const alone = await openKeyRing(database.db, async () => parseMasterKeys(fresh, undefined));
    expect(await openAll(database, createVault(alone))).toHaveLength(150);
    await expect(openKeyRing(database.db, async () => parseMasterKeys(old, undefined))).rejects.toMatchObject(
      { code: 'vault.master_key_wrong' },
    );
    expect(await actionsOf(database)).toEqual([
      'vault_key.rewrapped',
      'vault_key.created',
      'vault_key.rotated',
      'vault_key.retired',
    ]);
  }, 60_000);

  test('KE-04: killed midway, everything opens; the next run goes on, and a key in use is not retired', async () => {
    const database = await useDatabase();
    const key = newKey();
    const keys = async () => parseMasterKeys(key, undefined);
    const { vault, stop } = await anInstance(database, keys);
    await stop();
    await sealMany(database, vault, 250);
    const [first] = (await reportKeys(database.db, [])).dataKeys;
    const argument = JSON.stringify({ connectionString: database.url, current: key });
    const rotation = await startNode(child, { args: [argument], waitFor: /sealed 100 of/ });
    await rotation.kill('SIGKILL');

    const { unfinished, dataKeys } = await reportKeys(database.db, []);
    expect(unfinished?.left).toBeGreaterThan(0);
    expect(dataKeys.map(valuesOf).every((values) => values > 0)).toBe(true);
    expect(await openAll(database, vault)).toHaveLength(250);
    const started = await useTestHub({ database, masterKeys: await keys() });
    expect(started.log.join()).toContain('a rotation of keys is not finished');
    await expect(retireDataKeys({ db: database.db }, first?.id)).rejects.toThrow('still in use');
    expect(await retireDataKeys({ db: database.db })).toEqual([]);

    // The server has noticed the kill as soon as the lock is free.
    const done = await untilUnlocked(() => rotateKeys({ db: database.db, masterKeys: keys, ...fast }));
    expect(done).toMatchObject({ isResumed: true, dataKeyId: unfinished?.dataKeyId });
    expect(done.resealed).toBe(unfinished?.left);
    expect((await reportKeys(database.db, [])).unfinished).toBeUndefined();
    expect(await retireDataKeys({ db: database.db })).toEqual([first?.id]);
    // Everything opens; beside ours it is what the instance made for itself.
    const ours = (await openAll(database, vault)).filter((value) => value.startsWith('canary-value-of'));
    expect(ours).toHaveLength(250);
  }, 60_000);

  test('two rotations at once: one of them is told to wait', async () => {
    const database = await useDatabase();
    const keys = async () => parseMasterKeys(fixed, undefined);
    const fixed = newKey();
    await openKeyRing(database.db, keys);
    const both = await Promise.allSettled([
      rotateKeys({ db: database.db, masterKeys: keys, ...fast, settleMs: 300 }),
      rotateKeys({ db: database.db, masterKeys: keys, ...fast, settleMs: 300 }),
    ]);
    const refused = both.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { message: expect.stringContaining('Another command') } }]);
    expect(await reportKeys(database.db, [])).toMatchObject({ dataKeys: [{}, { isCurrent: true }] });
  });

  test('an instance that was not restarted with the new master key stops the rotation before anything changes', async () => {
    const database = await useDatabase();
    const [old, fresh] = [newKey(), newKey()];
    const { stop } = await anInstance(database, async () => parseMasterKeys(old, undefined), 'late-one');
    const before = await database.db.selectFrom('vault_keys').selectAll().execute();
    await expect(
      rotateKeys({ db: database.db, masterKeys: async () => parseMasterKeys(fresh, old), ...fast }),
    ).rejects.toThrow(/Nothing was changed: late-one does not know the master key kek_/);
    expect(await database.db.selectFrom('vault_keys').selectAll().execute()).toEqual(before);
    await stop();
  });

  test('an instance that reads a key file learns of a new master key without a restart', async () => {
    const database = await useDatabase();
    const [old, fresh] = [newKey(), newKey()];
    let file = parseMasterKeys(old, undefined);
    const { vault, stop } = await anInstance(database, async () => file);
    await sealMany(database, vault, 3);
    file = parseMasterKeys(fresh, old);
    await rotateKeys({ db: database.db, masterKeys: async () => file, ...fast });
    expect(await openAll(database, vault)).toHaveLength(3);
    await stop();
  });

  test('a damaged value is told and left alone; its key stays', async () => {
    const database = await useDatabase();
    const key = newKey();
    const keys = async () => parseMasterKeys(key, undefined);
    const vault = createVault(await openKeyRing(database.db, keys));
    await sealMany(database, vault, 3);
    await sql`update vault_secrets set secret_sealed = left(secret_sealed, -4) || 'AAAA' where name = 'secret-1'`.execute(
      database.db,
    );
    const done = await rotateKeys({ db: database.db, masterKeys: keys, ...fast });
    expect(done).toMatchObject({ resealed: 2, damaged: ['vault_secrets.secret_sealed'] });
    expect(await retireDataKeys({ db: database.db })).toEqual([]);
  });

  test('KE-03: a ciphertext from before a rotation cannot be put back once its key is retired', async () => {
    const database = await useDatabase();
    const key = newKey();
    const keys = async () => parseMasterKeys(key, undefined);
    const vault = createVault(await openKeyRing(database.db, keys));
    await sealMany(database, vault, 1);
    const old = await database.db.selectFrom('vault_secrets').selectAll().executeTakeFirstOrThrow();
    await rotateKeys({ db: database.db, masterKeys: keys, ...fast });
    await retireDataKeys({ db: database.db });
    await expect(
      database.db.updateTable('vault_secrets').set({ secret_sealed: old.secret_sealed }).execute(),
    ).rejects.toThrow(/violates foreign key/);
  });

  test('sessions of people survive a new master key', async () => {
    const database = await useDatabase();
    const [old, fresh] = [newKey(), newKey()];
    const one = await useTestHub({ database, masterKeys: parseMasterKeys(old, undefined) });
    const admin: TestClient = await setUpFirstAdmin(one);
    const two = await useTestHub({ database, masterKeys: parseMasterKeys(fresh, old) });
    const answer = await two.browser().get('/api/v1/session', { cookie: admin.cookies });
    expect(answer.status).toBe(200);
  });
});

describe('the database', () => {
  test('KE-03: an older ciphertext in its row does not open under the newer version', async () => {
    const database = await useDatabase();
    const key = newKey();
    const vault = createVault(await openKeyRing(database.db, async () => parseMasterKeys(key, undefined)));
    const older = await vault.seal(new Secret('older'), placeOf('x', 1));
    await expect(vault.open(older, placeOf('x', 2))).rejects.toMatchObject({
      code: 'vault.context_mismatch',
    });
  });

  test('KE-06: refuses plaintext in every sealed column, and a key that it does not have', async () => {
    const database = await useDatabase();
    for (const sealed of [
      'canary-plaintext',
      '',
      '{}',
      `${header({ kid: 'dek_unknown' })}.a.b.c.d`,
      header({}),
    ]) {
      await expect(
        database.db
          .insertInto('vault_secrets')
          .values({ name: 'x', secret_sealed: sealed, secret_version: 1 })
          .execute(),
      ).rejects.toThrow();
    }
  });

  test('KE-01: every column for sealed values is bound to the key ring', async () => {
    const database = await useDatabase();
    const { rows } = await sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and column_name like '%\\_sealed' order by 1`.execute(database.db);
    const bound = await listSealedColumns(database.db);
    expect(bound.map(({ table, keyColumn }) => `${table}.${sealedColumnOf(keyColumn)}`).sort()).toEqual(
      rows.map(({ name }) => name).sort(),
    );
    expect(bound.length).toBeGreaterThan(5);
  });
});

function header(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

async function untilUnlocked<T>(attempt: () => Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + 10_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!String(error).includes('Another command') || Date.now() > deadlineMs) throw error;
    }
    await nextTurn();
  }
}
