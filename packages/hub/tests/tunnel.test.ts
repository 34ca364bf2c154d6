import { readdirSync, readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import { tokenPlace } from '../src/tokens/token.ts';
import { createTokenStore } from '../src/tokens/token-store.ts';
import {
  beginAndDecide,
  getOAuthToken,
  openCallback,
  startCertifiedProvider,
  tokenOf,
  useRig,
} from './provider-rig.ts';
import { type TunnelRig, useRealAgent, useTunnelRig } from './tunnel-rig.ts';

it('Get OAuth Token, refresh, Validate, Test credential and revoke go through the MID Server', async () => {
  const rig = await useTunnelRig();
  const agent = await useRealAgent(rig, 'mid-a');
  await getOAuthToken(rig);
  expect(await tokenOf(rig)).toMatchObject({ state: 'available', hasRefreshToken: true });
  const refreshed = await rig.admin.post(`${rig.path}/token/refresh`);
  expect([refreshed.status, refreshed.json.state]).toEqual([200, 'available']);
  const calls = async () => {
    const { json } = await rig.admin.get(`/api/v1/mid-servers/${agent.id}/activity`);
    return json.recentCalls.map(({ method, path }: { method: string; path: string }) => `${method} ${path}`);
  };
  const through = `CONNECT ${new URL(rig.provider.origin).host}`;
  await eventually(async () => expect(await calls()).toEqual([through, through]));
  const validated = await rig.admin.post(`/api/v1/application-registries/${rig.registryId}/validate`);
  expect(validated.json).toMatchObject({ outcome: 'client_accepted' });
  const tested = await rig.admin.post(`${rig.path}/test`, {});
  expect(tested.json.steps).toContainEqual(expect.objectContaining({ step: 'client', result: 'passed' }));
  const revoked = await rig.admin.post(`${rig.path}/token/revoke`);
  expect(revoked.json).toMatchObject({ provider: 'revoked' });
  // Validate tries the client and reads the issuer's metadata, Test credential tries the client, and two requests revoke:
  // the refresh token and the access token.
  await eventually(async () =>
    expect(await calls()).toEqual(Array.from({ length: 2 + 2 + 1 + 2 }, () => through)),
  );
});

it('AG-12: no agent holds a client secret or a refresh token, in memory, on disk, in its log or in its traffic', async () => {
  const rig = await useTunnelRig();
  const agent = await useRealAgent(rig, 'mid-a');
  await getOAuthToken(rig);
  const first = await refreshTokenOf(rig);
  expect((await rig.admin.post(`${rig.path}/token/refresh`)).status).toBe(200);
  const secrets = [rig.provider.registry.clientSecret, first, await refreshTokenOf(rig)];
  expect(new Set(secrets).size).toBe(3);
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    // In the Basic header, after the Client ID and the colon.
    Buffer.from(`${rig.provider.registry.clientId}:${secret}`).toString('base64'),
  ]);
  const wire = Buffer.concat(agent.tap.traffic).toString('latin1');
  const disk = readdirSync(agent.data).map((name) => readFileSync(join(agent.data, name), 'latin1'));
  const { host } = new URL(rig.provider.origin);
  const inMemory = await foundInMemory(agent.process.pid, [host, ...forms]);
  // The places are looked at, and what may be there is.
  expect(wire).toContain('"job":"tunnel"');
  expect(inMemory).toEqual([host]);
  for (const form of forms) {
    for (const place of [wire, agent.process.output, ...disk]) expect(place.includes(form)).toBe(false);
  }
});

it('without a MID Server nothing is sent, the token stays as it is, and it is told what to do', async () => {
  const rig = await useTunnelRig();
  const asked = rig.provider.tokenRequests();
  const { page } = await openCallback(rig.admin, await beginAndDecide(rig));
  expect(page.text).toContain('No MID Server can connect to the auth server');
  expect(page.text).toContain('None to which Platform applies is Up and Validated.');
  expect(page.text).toContain('No token was requested.');

  const agent = await useRealAgent(rig, 'mid-a');
  await getOAuthToken(rig);
  const before = await tokenOf(rig);
  await agent.process.kill();
  await eventually(async () =>
    expect((await rig.admin.get(`/api/v1/mid-servers/${agent.id}`)).json.status).toBe('down'),
  );
  const refused = await rig.admin.post(`${rig.path}/token/refresh`);
  expect([refused.status, refused.json.code]).toEqual([503, 'token.unavailable']);
  expect(refused.json.detail).toContain('No MID Server can connect to the auth server.');
  expect(await tokenOf(rig)).toMatchObject({
    state: 'available',
    expiresAt: before.expiresAt,
    problem: { code: 'oauth.mid_server_unavailable' },
  });
  expect(rig.provider.tokenRequests()).toBe(asked + 1);
  await useRealAgent(rig, 'mid-b');
  expect((await rig.admin.post(`${rig.path}/token/refresh`)).status).toBe(200);
});

it('is refused on a credential whose Token URL is not https, because the MID Server would see the secret', async () => {
  const rig = await useRig(await startCertifiedProvider());
  const refused = await rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, {
    connectViaMidServer: true,
  });
  expect([refused.status, refused.json.errors]).toMatchObject([
    400,
    [{ field: 'connectViaMidServer', code: 'insecure', message: expect.stringContaining('https://') }],
  ]);
});

async function refreshTokenOf({ testHub, credentialId, vault }: TunnelRig): Promise<string> {
  const token = await createTokenStore(testHub.database.db).find(credentialId);
  if (!token?.refreshToken) throw new Error('no refresh token');
  const { sealed, version } = token.refreshToken;
  return (await vault.open(sealed, tokenPlace(token.id, 'refresh_token', version))).reveal();
}

const CHUNK_BYTES = 8 * 1024 * 1024;

/** Which of the texts a process on this machine has anywhere in its memory. Linux only. */
async function foundInMemory(pid: number, texts: readonly string[]): Promise<string[]> {
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8');
  const memory = await open(`/proc/${pid}/mem`, 'r');
  const overlap = Math.max(...texts.map((text) => text.length));
  const chunk = Buffer.alloc(CHUNK_BYTES + overlap);
  const found = new Set<string>();
  try {
    for (const [, from, to] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)) {
      const end = Number.parseInt(to ?? '', 16);
      for (let at = Number.parseInt(from ?? '', 16); at < end; at += CHUNK_BYTES) {
        const length = Math.min(chunk.byteLength, end - at);
        const { bytesRead } = await memory.read(chunk, 0, length, at).catch(() => ({ bytesRead: 0 }));
        const part = chunk.subarray(0, bytesRead);
        for (const text of texts) if (!found.has(text) && part.includes(text)) found.add(text);
      }
    }
  } finally {
    await memory.close();
  }
  return texts.filter((text) => found.has(text));
}
