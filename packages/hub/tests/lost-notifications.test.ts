import { eventually } from '@lockkeeper/testing';
import { expect, test } from 'vitest';
import { type DatabaseProxy, isListening, useDatabaseProxy } from './database-proxy.ts';
import { handOut, type Instance, type Instances, useInstances } from './instance-rig.ts';
import { getOAuthToken, startCertifiedProvider } from './provider-rig.ts';

/** Three processes; each hears of the others over a connection of its own that can be cut. */
async function useDeafInstances() {
  const proxies: DatabaseProxy[] = [];
  const rig = await useInstances(await startCertifiedProvider(), [0, 0, 0], async ({ poolConfig }) => {
    const proxy = await useDatabaseProxy(poolConfig.host, isListening);
    proxies.push(proxy);
    return `postgresql://${poolConfig.user}@/${poolConfig.database}?host=${encodeURIComponent(proxy.host)}`;
  });
  return { rig, proxies };
}

/** They all hand out, and go on doing so. */
const untilAllHandOut = (rig: Instances, instances: readonly Instance[]) =>
  eventually(async () => {
    for (let call = 0; call < 5; call++) {
      const answers = await Promise.all(instances.map((instance) => handOut(rig, instance)));
      expect(answers.map(({ status }) => status)).toEqual(instances.map(() => 200));
    }
  }, 20_000);

/** @returns when the last call that still got the token began */
async function lastHandOutMs(rig: Instances, instance: Instance): Promise<number> {
  for (let lastMs = Number.NEGATIVE_INFINITY; ; ) {
    const askedMs = performance.now();
    const { status, json } = await handOut(rig, instance);
    if (status !== 200) {
      expect([status, json.code]).toEqual([409, 'token.revoked']);
      return lastMs;
    }
    lastMs = askedMs;
  }
}

test('a revocation is honoured within 1 s by three processes while no notification arrives; one killed, the others carry on', {
  timeout: 120_000,
}, async () => {
  const { rig, proxies } = await useDeafInstances();
  const { instances } = rig;
  for (const fault of ['swallow', 'cut'] as const) {
    await untilAllHandOut(rig, instances);
    for (const { faults } of proxies) faults[fault]();
    const asking = instances.map((instance) => lastHandOutMs(rig, instance));
    const revoked = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/revoke`);
    const revokedMs = performance.now();
    expect(revoked.status).toBe(200);
    for (const lastMs of await Promise.all(asking)) expect(lastMs - revokedMs).toBeLessThan(1000);
    // Deaf as they are, they work on, from the database.
    await getOAuthToken(rig);
    await untilAllHandOut(rig, instances);
    for (const { faults } of proxies) faults.heal();
  }
  const [first, ...others] = instances;
  for (const { faults } of proxies) faults.cut();
  await first?.process.kill();
  await untilAllHandOut(rig, others);
  const { json: before } = await rig.admin.get(`/api/v1/credentials/${rig.credentialId}/token`);
  const [second, third] = others;
  if (second === undefined || third === undefined) throw new Error('no other instance');
  const refreshed = await second.client.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`);
  expect([refreshed.status, refreshed.json.version]).toEqual([200, before.version + 1]);
  // What one has refreshed the other hands out within a second as well.
  const refreshedMs = performance.now();
  await eventually(async () => {
    const tokens = await Promise.all([second, third].map((instance) => handOut(rig, instance)));
    expect(new Set(tokens.map(({ json }) => json.accessToken)).size).toBe(1);
  });
  expect(performance.now() - refreshedMs).toBeLessThan(5000);
});
