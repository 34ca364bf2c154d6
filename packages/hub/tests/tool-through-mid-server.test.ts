import { type DiscoveryRun, discoveryRun, type Tool } from '@lockkeeper/contract';
import { eventually, useTestDatabase } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import { createCallThroughMidServer } from '../src/tools/call-through-mid-server.ts';
import { useMidServers } from './mid-server-rig.ts';
import { allScopes, consent, insertCredential, startInstance, useSandbox } from './tool-rig.ts';

/** A tool whose calls travel through a real agent, with the token of a real consent. */
async function useToolBehindAgent() {
  const { sandbox, origin, token } = await useSandbox({ repositories: 450 });
  const midServers = await useMidServers();
  const database = await useTestDatabase();
  const credentialId = await insertCredential(database.db);
  midServers.credentials.token = token;
  midServers.credentials.credentials.set(credentialId, {
    id: credentialId,
    name: 'Bitbucket',
    appliesTo: { kind: 'all' },
  });
  const instance = await startInstance(database, {
    call: createCallThroughMidServer(midServers.calls),
    allowOrigins: [origin],
  });
  const admin = instance.client();
  const tool: Tool = (
    await admin.post('/api/v1/tools', {
      kind: 'bitbucket-cloud',
      name: 'Bitbucket Cloud',
      baseUrl: `${origin}/2.0`,
      credentialId,
    })
  ).json;
  const run = async (id: string): Promise<DiscoveryRun> =>
    discoveryRun.parse((await admin.get(`/api/v1/discovery-runs/${id}`)).json);
  const succeeded = (id: string): Promise<DiscoveryRun> =>
    eventually(async () => {
      const now = await run(id);
      expect(now.state).toBe('succeeded');
      return now;
    }, 15_000);
  return { sandbox, origin, midServers, instance, admin, path: `/api/v1/tools/${tool.id}`, run, succeeded };
}

it('OA-19: connects and discovers everything through an agent, the token in the header alone, and nobody is told the token', async () => {
  const { sandbox, midServers, instance, admin, path, succeeded } = await useToolBehindAgent();
  const { id, agent } = await midServers.readyAgent('mid-ham-01');
  const connected = await admin.post(`${path}/connect`);
  expect(connected.json).toMatchObject({
    state: 'connected',
    connectReport: {
      midServer: { id, name: 'mid-ham-01' },
      instanceToMidServerMs: expect.any(Number),
      midServerToToolMs: expect.any(Number),
    },
  });
  sandbox.inspection.clear();
  const found = await succeeded((await admin.post(`${path}/discover`)).json.id);
  expect(found).toMatchObject({ found: 450, calls: sandbox.inspection.apiRequests().length });
  // It answered, so the token was sent; no address holds it, nor a parameter for one.
  for (const { url } of sandbox.inspection.apiRequests()) {
    expect(url).not.toMatch(/access_token|oauth_token|bearer/i);
    expect(decodeURIComponent(url)).not.toContain(midServers.credentials.token);
  }
  const said = [connected.text, JSON.stringify(found), agent.output, ...instance.log, ...midServers.log];
  expect(said.join('\n')).not.toContain(midServers.credentials.token);
});

it('without a MID Server, Connect says which one is missing and what to do', async () => {
  const { admin, path } = await useToolBehindAgent();
  const { json } = await admin.post(`${path}/connect`);
  expect(json).toMatchObject({
    state: 'disconnected',
    connectReport: { outcome: 'failed', midServer: null, problem: { code: 'mid_server.none_available' } },
  });
  expect(json.connectReport.problem.remedy.length).toBeGreaterThan(0);
});

it('a discovery waits for an agent that was killed, and goes on with the next', async () => {
  const { sandbox, midServers, admin, path, run, succeeded } = await useToolBehindAgent();
  const { data, agent } = await midServers.readyAgent();
  await admin.post(`${path}/connect`);
  sandbox.inspection.clear();
  sandbox.failNext({ path: '/2.0/repositories/*', delayMs: 1000 });
  const { id } = (await admin.post(`${path}/discover`)).json;
  await eventually(async () => expect((await run(id)).workspaces.some((w) => w.projects > 0)).toBe(true));
  await agent.kill('SIGKILL');
  await eventually(async () => expect((await run(id)).problem?.code).toMatch(/^mid_server\./));
  await midServers.run(data, /takes calls/);
  const found = await succeeded(id);
  expect(found.found).toBe(450);
  const urls = sandbox.inspection.apiRequests().map(({ url }) => url);
  expect(urls.length - new Set(urls).size).toBeLessThanOrEqual(1);
});

it('a token that the tool stops taking in the middle is replaced, and the page asked for again', async () => {
  const { sandbox, origin, midServers, admin, path, succeeded } = await useToolBehindAgent();
  await midServers.readyAgent();
  await admin.post(`${path}/connect`);
  const next = await consent(sandbox, origin, allScopes);
  const { id } = (await admin.post(`${path}/discover`)).json;
  midServers.credentials.next = next;
  sandbox.failNext({ path: '/2.0/repositories/*', status: 401 });
  expect(await succeeded(id)).toMatchObject({ found: 450, problem: null, resumptions: 0 });
});
