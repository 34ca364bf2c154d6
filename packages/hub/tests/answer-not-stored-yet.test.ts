import { randomBytes } from 'node:crypto';
import { createDatabase } from '@lockkeeper/hub';
import { eventually, type TestDatabase, useTestDatabase, useTestHub } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { useDatabaseProxy } from './database-proxy.ts';
import { getOAuthToken, startCertifiedProvider, useRig } from './provider-rig.ts';

/** The same database, over a way that can be cut. */
async function useWay(database: TestDatabase) {
  const proxy = await useDatabaseProxy(database.poolConfig.host);
  const poolConfig = { ...database.poolConfig, host: proxy.host };
  const connection = createDatabase({ ...poolConfig, max: 5, connectionTimeoutMillis: 2000 });
  onTestFinished(() => connection.close());
  return { faults: proxy.faults, database: { ...database, ...connection, poolConfig } };
}

test('RF-02: after a database outage nobody asks with the old refresh token before the holder could store the new one', {
  timeout: 60_000,
}, async () => {
  const provider = await startCertifiedProvider();
  const straight = await useTestDatabase();
  const ways = [await useWay(straight), await useWay(straight)] as const;
  const [holder, other] = ways;
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const rig = await useRig(provider, { masterKeys, database: holder.database, instanceId: 'holder' });
  await getOAuthToken(rig);
  const { hub } = await useTestHub({
    database: other.database,
    masterKeys,
    allowOrigins: [provider.origin],
    instanceId: 'other',
  });
  const rowOf = () => straight.db.selectFrom('tokens').selectAll().executeTakeFirstOrThrow();

  const asked = provider.tokenRequests();
  provider.failNextTokenRequest({ delayMs: 1000 });
  const refreshing = rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`);
  await eventually(() => expect(provider.tokenRequests()).toBe(asked + 1));
  for (const { faults } of ways) faults.cut();
  // The provider answers meanwhile, and as time does it the lease of the one who sent ends.
  await eventually(() => expect(rig.testHub.log.join('')).toContain('could not be stored'));
  await sql`update tokens set lease_until = now() - interval '1 s'`.execute(straight.db);
  for (const { faults } of ways) faults.heal();
  await eventually(async () => {
    await hub.tokens.schedule.runDue().catch(() => undefined);
    expect(await rowOf()).toMatchObject({ version: 2, state: 'available' });
  });
  // Once more would have been a reuse, with which the grant ends.
  expect(provider.tokenRequests()).toBe(asked + 1);
  await refreshing;
  const again = await eventually(async () => {
    const { status, json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`);
    expect(status).toBe(200);
    return json;
  });
  expect(again).toMatchObject({ state: 'available', version: 3, problem: null });
});
