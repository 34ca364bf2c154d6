import { randomBytes } from 'node:crypto';
import { createDatabase } from '@lockkeeper/hub';
import { eventually, setUpFirstAdmin, type TestHub, useTestDatabase, useTestHub } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { verifyAuditLog } from '../src/access/verify-audit-log.ts';
import { type DatabaseProxy, useDatabaseProxy } from './database-proxy.ts';
import { getOAuthToken, startCertifiedProvider, useRig } from './provider-rig.ts';

// Long enough for a busy machine to answer in.
const SILENT_AFTER_MS = 5000;

interface Troubled {
  proxy: DatabaseProxy;
  testHub: TestHub;
}

/** A hub whose database is on the other side of a proxy. */
async function useTroubledHub(): Promise<Troubled> {
  const database = await useTestDatabase();
  const proxy = await useDatabaseProxy(database.poolConfig.host);
  const poolConfig = { ...database.poolConfig, host: proxy.host };
  const connection = createDatabase({ ...poolConfig, max: 5, connectionTimeoutMillis: 4000 }, () => {}, {
    silentAfterMs: SILENT_AFTER_MS,
  });
  onTestFinished(() => connection.close());
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const testHub = await useTestHub({ database: { ...database, ...connection, poolConfig }, masterKeys });
  return { proxy, testHub };
}

const create = (admin: Awaited<ReturnType<typeof setUpFirstAdmin>>, name: string) =>
  admin.post('/api/v1/mid-servers/enrolment-tokens', { name });

test.each(['cut', 'swallow'] as const)(
  'RL-02, RL-03: a database that is lost (%s) is said to be, in time, and works again by itself when it is back',
  async (fault) => {
    const { proxy, testHub } = await useTroubledHub();
    const admin = await testHub.withRole('admin');
    expect((await create(admin, 'before')).status).toBe(201);
    proxy.faults[fault]();
    const startedMs = performance.now();
    // More than the pool has connections: none waits for ever, those in the queue neither.
    const refused = await Promise.all(
      Array.from({ length: 12 }, (_, index) => create(admin, `lost ${index}`)),
    );
    for (const { status, json, headers } of refused) {
      expect([status, json.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    }
    expect(performance.now() - startedMs).toBeLessThan(45_000);
    expect((await testHub.browser().get('/readyz')).status).toBe(503);
    expect((await testHub.browser().get('/healthz')).status).toBe(200);
    proxy.faults.heal();
    await eventually(async () => expect((await create(admin, 'after')).status).toBe(201), 30_000);
    expect((await testHub.browser().get('/readyz')).status).toBe(200);
    expect(await verifyAuditLog(testHub.database.db)).toMatchObject({ intact: true });
  },
);

test('RL-03: a database that is far away is slower, and nothing else', async () => {
  const { proxy, testHub } = await useTroubledHub();
  const admin = await setUpFirstAdmin(testHub);
  proxy.faults.suffer({ latencyMs: 60 });
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => create(admin, `far ${index}`)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
});

test('RL-02: a pool that is exhausted is waited for, then refused, and works again', async () => {
  const { testHub } = await useTroubledHub();
  const admin = await setUpFirstAdmin(testHub);
  const { db } = testHub.database;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = Array.from({ length: 5 }, () => db.connection().execute(() => released));
  const waiting = await create(admin, 'waits');
  release();
  await Promise.all(held);
  expect([waiting.status, waiting.json.code]).toEqual([503, 'unavailable']);
  expect((await create(admin, 'now')).status).toBe(201);
});

test('RL-10: a request whose database was lost half way has one effect at most, whatever its key is used for', async () => {
  const { proxy, testHub } = await useTroubledHub();
  const admin = await setUpFirstAdmin(testHub);
  const { db } = testHub.database;
  // The effect commits, and the connection is lost before anybody hears of it.
  await sql
    .raw(
      `create function hold() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return new; end $$;
       create trigger hold after insert on mid_enrolment_tokens for each row execute function hold();`,
    )
    .execute(db);
  const path = '/api/v1/mid-servers/enrolment-tokens';
  const key = { 'idempotency-key': 'once' };
  const first = admin.post(path, { name: 'once' }, key);
  await eventually(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where wait_event = 'PgSleep'`.execute(db);
    expect(rows).toHaveLength(1);
  });
  proxy.faults.cut();
  expect([(await first).status, (await first).json.code]).toEqual([503, 'unavailable']);
  proxy.faults.heal();
  const again = await eventually(async () => {
    const answer = await admin.post(path, { name: 'once' }, key);
    expect(answer.status).not.toBe(503);
    return answer;
  }, 30_000);
  expect([again.status, again.json.code]).toEqual([409, 'request.under_way']);
  const made = await db.selectFrom('mid_enrolment_tokens').select('id').where('name', '=', 'once').execute();
  expect(made.length).toBeLessThanOrEqual(1);
});

test('RL-02: a full disk refuses changes and no reading, loses no token that was issued, and needs nobody when there is room again', async () => {
  const provider = await startCertifiedProvider();
  const rig = await useRig(provider);
  const { db } = rig.testHub.database;
  const path = `/api/v1/credentials/${rig.credentialId}`;
  await rig.admin.patch(path, { allowTokenHandOut: true });
  await getOAuthToken(rig);
  const program = await rig.testHub.withRole('integration');
  // What PostgreSQL answers then, of the table that every change writes to.
  await sql
    .raw(
      `create function full_disk() returns trigger language plpgsql as $$ begin
         raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
       create trigger full_disk before insert on audit_entries execute function full_disk();`,
    )
    .execute(db);
  const refused = await create(rig.admin, 'no room');
  expect([refused.status, refused.json.code, refused.headers.get('retry-after')]).toEqual([
    503,
    'unavailable',
    '5',
  ]);
  expect((await rig.admin.get(path)).status).toBe(200);
  expect((await program.post(`${path}/access-token`)).status).toBe(200);
  const asked = provider.tokenRequests();
  const refreshing = rig.admin.post(`${path}/token/refresh`);
  await eventually(() => expect(rig.testHub.log.join('')).toContain('could not be stored'));
  await sql.raw('drop function full_disk cascade').execute(db);
  const refreshed = await refreshing;
  expect([refreshed.status, refreshed.json.version, provider.tokenRequests() - asked]).toEqual([200, 2, 1]);
  expect((await create(rig.admin, 'room')).status).toBe(201);
  // Uses are told late rather than never.
  await eventually(async () => {
    const { json } = await rig.admin.get(
      '/api/v1/secrets-used?from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z',
    );
    expect(json.items).toContainEqual(expect.objectContaining({ kind: 'handed_out', count: 1 }));
  });
  expect(await verifyAuditLog(db)).toMatchObject({ intact: true });
});
