import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createVisitor } from '@lockkeeper/bitbucket-sandbox';
import { CanaryVault, eventually, startTap, TestClient } from '@lockkeeper/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { CliPlace } from './cli.ts';
import { startWatchedSandbox } from './watched-sandbox.ts';

// The whole walkthrough with real processes, on cores that others share.
vi.setConfig({ testTimeout: 120_000 });

const place = new CliPlace();
afterAll(() => place.remove());

/** Everything that lies below a folder, as one text in which each byte is a character. */
function contentsOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .map((file) => readFileSync(file, 'latin1'))
    .join('\n');
}

test('OA-20, AG-12: nothing that the programs log at trace holds a secret, nor does the agent, on disk or wire', async () => {
  const secrets = new CanaryVault();
  const provider = await startWatchedSandbox(secrets);
  const env = {
    LOCKKEEPER_LOG_LEVEL: 'trace',
    LOCKKEEPER_ALLOW_ORIGINS: provider.origin,
    LOCKKEEPER_MID_DATA: path.join(place.folder, 'agent'),
  };
  const instance = await place.start(['start'], /instance is ready/, env);
  const origin = /"url":"([^"]+)"/.exec(instance.output)?.[1] ?? '';
  const tap = await startTap(origin);

  // Who signs in, rightly and wrongly.
  const link = (await place.run(['admin', 'setup-link'], { ...env, LOCKKEEPER_PUBLIC_URL: origin })).output;
  const token = secrets.register('set-up token', new URL(link).hash.slice(1));
  const [email, password] = ['ada@example.com', secrets.plant('password')];
  const browser = new TestClient(origin, { origin });
  expect((await browser.post('/api/v1/setup', { token, name: 'Ada', email, password })).status).toBe(201);
  await new TestClient(origin, { origin }).post('/api/v1/session', {
    email,
    password: secrets.plant('typo'),
  });
  for (const cookie of browser.cookies.split('; ')) secrets.register('session', cookie.split('=')[1] ?? '');
  const key = secrets.register(
    'API key',
    (await browser.post('/api/v1/api-keys', { name: 'ci', roles: ['admin'] })).json.key,
  );
  const program = new TestClient(origin, { authorization: `Bearer ${key}` });
  expect((await program.get(`/api/v1/api-keys?q=${key}`)).status).toBe(200);

  // The agent, which reaches the instance through somebody who reads along.
  const enrolment = await browser.post('/api/v1/mid-servers/enrolment-tokens', { name: 'mid-a' });
  const enrol = ['mid-server', 'enrol', '--instance', tap.address, '--token', enrolment.json.token];
  const enrolled = await place.run(enrol, env);
  expect(enrolled).toMatchObject({ code: 0 });
  const [midServer] = (await browser.get('/api/v1/mid-servers')).json.items;
  await browser.post(`/api/v1/mid-servers/${midServer.id}/validate`, { fingerprint: midServer.fingerprint });
  const agent = await place.start(['mid-server', 'run'], /takes calls/, env);

  // The registry: a wrong secret first.
  const visitor = createVisitor(provider.origin);
  await visitor.signIn('mara');
  const consumer = await visitor.addConsumer(provider.sandbox.workspaces[0]?.slug ?? '', {
    name: 'Lockkeeper',
    callback_url: `${origin}/oauth_redirect.do`,
    scope: ['account', 'project', 'webhook', 'pullrequest'],
  });
  secrets.register('client secret', consumer.secret);
  const registry = await browser.post('/api/v1/application-registries', {
    name: 'Canary',
    template: 'bitbucket-cloud',
    clientId: consumer.key,
    clientSecret: secrets.plant('wrong-client-secret'),
    authorizationUrl: `${provider.origin}/site/oauth2/authorize`,
    tokenUrl: `${provider.origin}/site/oauth2/access_token`,
  });
  expect(registry.status).toBe(201);
  const registryPath = `/api/v1/application-registries/${registry.json.id}`;
  await browser.post(`${registryPath}/validate`);
  const profiles = await browser.get('/api/v1/oauth-entity-profiles');
  const credential = await browser.post('/api/v1/credentials', {
    name: 'Canary',
    profileId: profiles.json.items[0].id,
    allowTokenHandOut: true,
  });
  const credentialPath = `/api/v1/credentials/${credential.json.id}`;
  const consent = async (decision: 'grant' | 'cancel'): Promise<number> => {
    const { authorizationUrl } = (await browser.post(`${credentialPath}/authorization`)).json;
    secrets.register('state', new URL(authorizationUrl).searchParams.get('state') ?? '');
    const callback = new URL(await visitor.decide(authorizationUrl, decision));
    const redirect = await browser.get(`${callback.pathname}${callback.search}`);
    return (await browser.get(redirect.headers.get('location') ?? '')).status;
  };
  expect(await consent('grant')).toBe(400);
  await browser.patch(registryPath, { clientSecret: consumer.secret });
  expect(await consent('cancel')).toBe(400);
  expect(await consent('grant')).toBe(200);

  // What the credential is for.
  const created = await browser.post('/api/v1/tools', {
    kind: 'bitbucket-cloud',
    name: 'Bitbucket Cloud',
    baseUrl: `${provider.origin}/2.0`,
    credentialId: credential.json.id,
  });
  const toolPath = `/api/v1/tools/${created.json.id}`;
  expect((await browser.post(`${toolPath}/connect`)).json.state).toBe('connected');
  // A token that the tool does not take any more, and a token endpoint that fails before it works.
  provider.sandbox.expireAccessTokens();
  provider.sandbox.failNext({ path: '/site/oauth2/access_token', method: 'POST', status: 500 });
  await browser.post(`${credentialPath}/token/refresh`);
  await eventually(async () => {
    await browser.post(`${credentialPath}/token/refresh`);
    expect((await browser.get(`${credentialPath}/token`)).json).toMatchObject({
      state: 'available',
      problem: null,
    });
  }, 30_000);
  const run = await browser.post(`${toolPath}/discover`);
  await eventually(async () => {
    expect((await browser.get(`/api/v1/discovery-runs/${run.json.id}`)).json.state).toBe('succeeded');
  }, 30_000);
  expect((await browser.get(`${toolPath}/proxy/user`)).status).toBe(200);
  expect((await browser.get('/api/v1/repositories')).json.total).toBe(12);
  const handedOut = await browser.post(`${credentialPath}/access-token`);
  expect(secrets.find(handedOut.text)).toEqual(['access_token (raw)']);
  await browser.post(`${credentialPath}/token/revoke`);

  // On the wire and on the agent's disk, while it runs: its enrolment token is the only secret that is sent to it.
  const wire = Buffer.concat(tap.traffic).toString('latin1');
  expect(wire).toContain('"sealed"');
  expect(secrets.find(wire)).toEqual([]);
  const disk = contentsOf(env.LOCKKEEPER_MID_DATA);
  expect(disk).toContain(midServer.id);
  secrets.register('enrolment token', enrolment.json.token);
  expect(secrets.find(disk)).toEqual([]);
  // Of all secrets, a call to the tool carries the access token alone.
  expect(provider.apiRequests.length).toBeGreaterThan(5);
  expect(new Set(secrets.find(provider.apiRequests.join('\n')))).toEqual(new Set(['access_token (raw)']));

  await browser.delete('/api/v1/session');
  for (const kind of ['state', 'code', 'code_verifier', 'Basic header', 'refresh_token', 'client secret'])
    expect(secrets.kinds).toContain(kind);
  await agent.kill('SIGTERM');
  await instance.kill('SIGTERM');
  tap.close();
  await provider.close();
  const said = [instance.output, agent.output, enrolled.output].join('\n');
  expect(said).toContain('/oauth_redirect.do');
  expect(said).toMatch(/"level":"(trace|debug)"/);
  expect(secrets.find(said)).toEqual([]);
});
