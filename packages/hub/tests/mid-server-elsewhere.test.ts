import { eventually, TestClient, testPassword, useTestHub } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { getOAuthToken, tokenOf } from './provider-rig.ts';
import { useRealAgent, useTunnelRig } from './tunnel-rig.ts';

/** Two instances on one database; the MID Server's only session is at the first: nothing leads it to the second. */
async function useTwoInstances() {
  const rig = await useTunnelRig();
  const agent = await useRealAgent(rig, 'mid-a');
  await getOAuthToken(rig);
  const { testHub, provider, tls, masterKeys, admin } = rig;
  const other = await useTestHub({
    database: testHub.database,
    allowOrigins: [provider.origin],
    ca: [tls.cert],
    masterKeys,
    instanceId: 'instance-b',
  });
  const { json } = await admin.post('/api/v1/api-keys', { name: 'ops', roles: ['admin'] });
  const atOther = new TestClient(other.address, { authorization: `Bearer ${json.key}` });
  const tunnels = async () => {
    const { json: activity } = await admin.get(`/api/v1/mid-servers/${agent.id}/activity`);
    return activity.recentCalls.filter(({ method }: { method: string }) => method === 'CONNECT').length;
  };
  return { ...rig, agent, other, atOther, tunnels };
}

it('a person who asks another instance than the one with the MID Server gets the token refreshed, in their name', async () => {
  const rig = await useTwoInstances();
  const asked = rig.provider.tokenRequests();
  const { status, json } = await rig.atOther.post(`${rig.path}/token/refresh`);
  expect([status, json.state, json.version, json.problem]).toEqual([200, 'available', 2, null]);
  expect(rig.provider.tokenRequests() - asked).toBe(1);
  const history = await rig.admin.get(
    `/api/v1/audit-entries?subjectId=${rig.credentialId}&action=token.refreshed`,
  );
  expect(history.json.items).toMatchObject([{ actor: { kind: 'api_key', name: 'ops' } }]);
  // What the provider refuses there is told here.
  rig.provider.failNextTokenRequest({ status: 503, body: {} });
  const refused = await rig.atOther.post(`${rig.path}/token/refresh`);
  expect([refused.status, refused.json.code]).toEqual([503, 'token.unavailable']);
  expect(refused.json.detail).toContain('503');
});

it('what is due is left to the instance with the MID Server: the other one fails nothing', async () => {
  const rig = await useTwoInstances();
  await sql`update tokens set refresh_at = now() - interval '1 s'`.execute(rig.testHub.database.db);
  const asked = rig.provider.tokenRequests();
  await rig.other.hub.tokens.schedule.runDue();
  expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 1, problem: null });
  expect(rig.provider.tokenRequests()).toBe(asked);
  await rig.testHub.hub.tokens.schedule.runDue();
  expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
});

it('the token of a credential that is deleted at another instance is revoked through its MID Server', async () => {
  const rig = await useTwoInstances();
  const before = await eventually(async () => {
    const count = await rig.tunnels();
    expect(count).toBe(1);
    return count;
  });
  expect((await rig.atOther.delete(rig.path)).status).toBe(204);
  await eventually(async () => {
    const { json } = await rig.admin.get('/api/v1/token-revocations');
    expect(json.items).toMatchObject([{ reason: 'credential_deleted', counts: { revoked: 1, failed: 0 } }]);
  });
  // Its refresh token and its access token.
  await eventually(async () => expect(await rig.tunnels()).toBe(before + 2));
});

it('a token that could not be refreshed because its MID Server was down is refreshed as soon as one comes up', async () => {
  const rig = await useTunnelRig();
  const agent = await useRealAgent(rig, 'mid-a');
  await getOAuthToken(rig);
  await agent.process.kill();
  await eventually(async () =>
    expect((await rig.admin.get(`/api/v1/mid-servers/${agent.id}`)).json.status).toBe('down'),
  );
  expect((await rig.admin.post(`${rig.path}/token/refresh`)).status).toBe(503);
  // As after many attempts.
  const later = sql`now() + interval '1 hour'`;
  await sql`update tokens set retry_at = ${later}, refresh_at = ${later}`.execute(rig.testHub.database.db);
  expect(await tokenOf(rig)).toMatchObject({ version: 1, problem: { code: 'oauth.mid_server_unavailable' } });
  await useRealAgent(rig, 'mid-b');
  await eventually(async () => expect(await tokenOf(rig)).toMatchObject({ version: 2, problem: null }));
});

it('once both instances are behind its address, a MID Server has a session at each: tokens are got through it at either', async () => {
  const rig = await useTwoInstances();
  const path = `/api/v1/mid-servers/${rig.agent.id}`;
  const mid = async () => (await rig.atOther.get(path)).json;
  const areAt = (...instances: string[]) =>
    eventually(async () => {
      const { sessions } = await mid();
      expect(sessions.map(({ instance }: { instance: string }) => instance).toSorted()).toEqual(instances);
    }, 40_000);
  await areAt('instance-a');
  rig.agent.tap.targets.push(rig.other.address);
  await areAt('instance-a', 'instance-b');
  const admin = rig.other.browser();
  const signIn = { email: 'ada@example.com', password: testPassword };
  expect((await admin.post('/api/v1/session', signIn)).status).toBe(201);
  await getOAuthToken({ ...rig, admin });

  // New keys, told in one of the sessions: the other one is made anew with them.
  const { fingerprint } = await mid();
  expect((await rig.atOther.post(`${path}/rekey`)).status).toBe(200);
  await eventually(async () => expect((await mid()).fingerprint).not.toBe(fingerprint));
  await areAt('instance-a', 'instance-b');
  await getOAuthToken(rig);
  await getOAuthToken({ ...rig, admin });

  await rig.testHub.hub.stop();
  await areAt('instance-b');
  await getOAuthToken({ ...rig, admin });
});
