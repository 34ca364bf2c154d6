import { randomBytes } from 'node:crypto';
import type { OutboundMessage } from '@lockkeeper/contract';
import { eventually, TestClock } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { expect, test } from 'vitest';
import { rotateKeys } from '../src/keys/key-rotation.ts';
import { deafReceiver, subscribeToAll, toldBy } from './outbox-rig.ts';
import { getOAuthToken, type Rig, startCertifiedProvider, useRig } from './provider-rig.ts';
import { useRealAgent } from './tunnel-rig.ts';

// What happens is told: looked for where events are written, in the transaction of what they tell.

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function useToldRig() {
  const clock = new TestClock(new Date());
  const provider = await startCertifiedProvider();
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const allowOrigins = [provider.origin, deafReceiver];
  const rig = await useRig(provider, { now: clock.now, allowOrigins, masterKeys });
  await subscribeToAll(rig.admin);
  return { ...rig, provider, clock, masterKeys };
}

async function ofType({ testHub }: Rig, type: OutboundMessage['type']): Promise<OutboundMessage['data'][]> {
  return (await toldBy(testHub)).filter((message) => message.type === type).map(({ data }) => data);
}

test('token.uncertain, token.needs_authorization and token.available follow a grant that was lost and given again', async () => {
  const rig = await useToldRig();
  await getOAuthToken(rig);
  const credential = { id: rig.credentialId, name: 'Platform' };
  rig.clock.advance(55 * MINUTE);
  rig.provider.failNextTokenRequest({ hangup: 'after' });
  await rig.testHub.hub.tokens.schedule.runDue();
  expect(await ofType(rig, 'token.uncertain')).toMatchObject([
    { credential, problem: { code: 'oauth.unreachable' } },
  ]);
  rig.clock.advance(MINUTE);
  await rig.testHub.hub.tokens.schedule.runDue();
  expect(await ofType(rig, 'token.needs_authorization')).toMatchObject([
    { credential, problem: { code: 'oauth.invalid_grant' } },
  ]);
  await getOAuthToken(rig);
  expect(await ofType(rig, 'token.available')).toMatchObject([
    { credential, cause: 'consented' },
    { credential, cause: 'consented' },
  ]);
});

test('token.refresh_failing is told once, after eight failures, and token.available when it works again', async () => {
  const rig = await useToldRig();
  await getOAuthToken(rig);
  rig.clock.advance(55 * MINUTE);
  rig.provider.failNextTokenRequest({ status: 503, body: {} }, 10);
  for (let failure = 1; failure <= 10; failure++) {
    await rig.testHub.hub.tokens.schedule.runDue();
    expect(await ofType(rig, 'token.refresh_failing')).toHaveLength(failure < 8 ? 0 : 1);
    rig.clock.advance(11 * MINUTE);
  }
  expect(await ofType(rig, 'token.refresh_failing')).toMatchObject([
    { credential: { name: 'Platform' }, failures: 8, problem: { code: 'oauth.provider_unavailable' } },
  ]);
  await rig.testHub.hub.tokens.schedule.runDue();
  expect(await ofType(rig, 'token.available')).toMatchObject([
    { cause: 'consented' },
    { cause: 'recovered' },
  ]);
});

test('what ends soon is told of credentials, API keys and client secrets', async () => {
  const rig = await useToldRig();
  await getOAuthToken(rig);
  const endsAt = new Date(rig.clock.nowMs() + 40 * DAY).toISOString();
  const registry = `/api/v1/application-registries/${rig.registryId}`;
  await rig.admin.patch(registry, { clientSecretExpiresAt: endsAt });
  await rig.admin.post('/api/v1/api-keys', { name: 'nightly build', roles: ['viewer'], expiresAt: endsAt });
  await rig.testHub.database.db
    .updateTable('tokens')
    .set({ lapses_at: new Date(endsAt), lapses_since: new Date(rig.clock.nowMs() - 80 * DAY) })
    .execute();
  rig.clock.advance(27 * DAY);
  await rig.testHub.hub.warnings.runDue();
  await rig.testHub.hub.warnings.runDue();
  const told = { endsAt, why: expect.stringMatching(/\.$/) };
  expect(await ofType(rig, 'credential.expires_soon')).toMatchObject([
    { credential: { name: 'Platform' }, ...told },
  ]);
  expect(await ofType(rig, 'api_key.expires_soon')).toMatchObject([
    { apiKey: { name: 'nightly build' }, ...told },
  ]);
  expect(await ofType(rig, 'application_registry.expires_soon')).toMatchObject([
    { applicationRegistry: { id: rig.registryId }, ...told },
  ]);
});

test('credential.canary_used names who used it, with the first use and not with each', async () => {
  const rig = await useToldRig();
  await getOAuthToken(rig);
  const path = `/api/v1/credentials/${rig.credentialId}`;
  await rig.admin.patch(path, { canary: true, allowTokenHandOut: true });
  const thief = await rig.testHub.withRole('integration');
  for (let use = 0; use < 3; use++) await thief.post(`${path}/access-token`);
  const told = await ofType(rig, 'credential.canary_used');
  expect(told).toMatchObject([{ credential: { id: rig.credentialId }, actor: { kind: 'api_key' } }]);
});

test('vault_key.rotated tells when everything is sealed anew', async () => {
  const rig = await useToldRig();
  const { db } = rig.testHub.database;
  const rotation = await rotateKeys({
    db,
    masterKeys: async () => rig.masterKeys,
    settleMs: 20,
    rollCallMs: 500,
  });
  expect(await ofType(rig, 'vault_key.rotated')).toEqual([
    { keyId: rotation.dataKeyId, resealed: rotation.resealed },
  ]);
});

test('mid_server.… tell the life of an agent, up and down with its first and its last connection', {
  timeout: 60_000,
}, async () => {
  const rig = await useToldRig();
  const agent = await useRealAgent(rig, 'mid-a');
  const path = `/api/v1/mid-servers/${agent.id}`;
  const told = async () =>
    (await toldBy(rig.testHub)).filter(({ type }) => type.startsWith('mid_server.')).map(({ type }) => type);
  await eventually(async () =>
    expect(await told()).toEqual(['mid_server.enrolled', 'mid_server.validated', 'mid_server.up']),
  );
  await agent.process.kill();
  await eventually(async () => expect((await told()).at(-1)).toBe('mid_server.down'));
  const midServer = { id: agent.id, name: 'mid-a' };
  expect(await ofType(rig, 'mid_server.down')).toMatchObject([{ midServer, reason: expect.any(String) }]);
  await rig.admin.post(`${path}/invalidate`);
  expect(await ofType(rig, 'mid_server.invalidated')).toMatchObject([
    { midServer, actor: { name: 'Ada Admin' } },
  ]);
  await rig.admin.delete(path);
  expect(await ofType(rig, 'mid_server.removed')).toMatchObject([{ midServer }]);
});
