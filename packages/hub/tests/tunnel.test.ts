import { expect, it } from 'vitest';
import { getOAuthToken, tokenOf } from './provider-rig.ts';
import { useRealAgent, useTunnelRig } from './tunnel-rig.ts';

it('Get OAuth Token, refresh and revoke go through the MID Server, and only TLS passes it', async () => {
  const rig = await useTunnelRig();
  const agent = await useRealAgent(rig, 'mid-a');
  await getOAuthToken(rig);
  expect(await tokenOf(rig)).toMatchObject({ state: 'available', hasRefreshToken: true });
  const refreshed = await rig.admin.post(`${rig.path}/token/refresh`);
  expect([refreshed.status, refreshed.json.state]).toEqual([200, 'available']);
  const revoked = await rig.admin.post(`${rig.path}/token/revoke`);
  expect(revoked.json).toMatchObject({ provider: 'revoked' });
  const { recentCalls } = (await rig.admin.get(`/api/v1/mid-servers/${agent.id}/activity`)).json;
  expect(recentCalls.map((call: { method: string; path: string }) => `${call.method} ${call.path}`)).toEqual(
    Array.from({ length: 4 }, () => `CONNECT ${new URL(rig.provider.origin).host}`),
  );
});
