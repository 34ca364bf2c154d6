import { bitbucketCloud } from '@lockkeeper/bitbucket-cloud';
import { role } from '@lockkeeper/contract';
import {
  CanaryVault,
  eventually,
  setUpFirstAdmin,
  type TestClient,
  type TestHub,
  type TestRole,
  testPassword,
  useTestHub,
} from '@lockkeeper/testing';
import { expect, onTestFinished } from 'vitest';
import {
  enrolMidServer,
  midServerConfigFrom,
  runMidServer,
  silentLogger,
} from '../../../../apps/mid-server/src/index.ts';
import { useCanaryProvider } from '../canary-provider.ts';
import { newDataFolder } from '../mid-server-rig.ts';
import { openCallback, startSandboxProvider } from '../provider-rig.ts';
import type { Asker } from './fuzz.ts';
import { KnownValues } from './known-values.ts';

export interface FuzzHub {
  testHub: TestHub;
  admin: TestClient;
  known: KnownValues;
  canaries: CanaryVault;
  askers: Asker[];
}

/** A hub that holds some of everything, so that requests get past "there is no such record". */
export async function useFuzzHub(): Promise<FuzzHub> {
  const canaries = new CanaryVault();
  const known = new KnownValues();
  const sandbox = await startSandboxProvider();
  const canaryOrigin = await useCanaryProvider(canaries);
  const testHub = await useTestHub({
    allowOrigins: [sandbox.origin, canaryOrigin],
    tools: [bitbucketCloud],
    // Each request from an address of its own: no limit of attempts for one address stands in the way.
    trustedProxies: ['127.0.0.1'],
  });
  const admin = await setUpFirstAdmin(testHub);
  // Whoever sets everything up must not lose the way to.
  known.protect((await admin.get('/api/v1/session')).json.user.id);
  known.learn({ password: canaries.register('password', testPassword), rest: 'user' });
  canaries.register('client-secret of the sandbox', sandbox.registry.clientSecret);
  for (const text of ['canary-secret-one', 'canary-secret-two']) {
    // As a body may hold them.
    known.learn({ clientSecret: canaries.plant(text), password: canaries.plant(`${text}-password`) });
  }
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await admin.send(method, `/api/v1${path}`, body);
    expect([method, path, answer.status < 300 ? '' : answer.text]).toEqual([method, path, '']);
    known.learn(answer.json);
    if (body !== undefined) known.learn(body);
    return answer.json;
  };

  const agentId = await enrolAgent(testHub, ask, true);
  known.protect(agentId);
  for (let victim = 0; victim < 2; victim++) await enrolAgent(testHub, ask, false);
  const toolIds: string[] = [];
  for (const [name, registry] of [
    ['Sandbox', { ...sandbox.registry, name: 'Sandbox' }],
    ['Canary', canaryRegistry(canaryOrigin, canaries)],
  ] as const) {
    const { id } = await ask('POST', '/application-registries', registry);
    await ask('POST', '/oauth-entity-scopes', {
      name: `Repositories of ${name}`,
      scope: 'repo:read',
      applicationRegistryId: id,
    });
    await ask('POST', `/application-registries/${id}/scopes`, { scopes: ['repo:write', 'repo:admin'] });
    const profile = await ask('POST', '/oauth-entity-profiles', {
      name: `Readers of ${name}`,
      grantType: 'authorization_code',
      applicationRegistryId: id,
    });
    for (const number of [1, 2, 3]) {
      const credential = await ask('POST', '/credentials', {
        name: `${name} ${number}`,
        profileId: profile.id,
        allowTokenHandOut: number < 3,
      });
      if (number === 3) continue;
      const { authorizationUrl } = await ask('POST', `/credentials/${credential.id}/authorization`);
      await consent(admin, authorizationUrl, name === 'Sandbox' ? sandbox.decide : canaryDecision(canaries));
      if (name !== 'Sandbox') continue;
      const token = await ask('POST', `/credentials/${credential.id}/access-token`);
      canaries.register('access token of the sandbox', token.accessToken);
      const tool = {
        kind: 'bitbucket-cloud',
        name: `Tool ${number}`,
        baseUrl: `${sandbox.origin}/2.0`,
        credentialId: credential.id,
      };
      toolIds.push((await ask('POST', '/tools', tool)).id);
    }
  }
  for (const id of toolIds) {
    await ask('POST', `/tools/${id}/connect`);
    await ask('POST', `/tools/${id}/discover`);
  }
  await eventually(async () => {
    const { items } = (await admin.get('/api/v1/repositories')).json;
    expect(items.length).toBeGreaterThan(0);
  });
  await ask('POST', '/mid-servers/enrolment-tokens', { name: 'mid-b' });
  await ask('POST', '/api-keys', { name: 'victim', roles: ['viewer'] });
  // Its events wait: nobody is at home there.
  const receiver = { name: 'Operations', url: 'https://events.invalid/lockkeeper', active: false };
  await ask('POST', '/event-subscriptions', receiver);
  await invite(testHub, admin, 'victim@example.com', ['viewer']);
  for (const list of lists) await ask('GET', `${list}`);
  const askers = await makeAskers(testHub, admin, known, toolIds);
  return { testHub, admin, known, canaries, askers };
}

const lists = [
  '/workspaces',
  '/projects',
  '/repositories',
  '/audit-entries',
  '/users',
  '/api-keys?limit=5',
  '/mid-servers',
  '/users?limit=1',
];

function canaryRegistry(origin: string, canaries: CanaryVault) {
  return {
    name: 'Canary',
    clientId: 'client',
    clientSecret: canaries.plant('client-secret'),
    authorizationUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    redirectUrlMode: 'distinct',
  };
}

type Decide = (authorizationUrl: string, decision: 'grant' | 'cancel') => Promise<string>;

function canaryDecision(canaries: CanaryVault): Decide {
  return async (authorizationUrl) => {
    const { searchParams } = new URL(authorizationUrl);
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('state', canaries.register('state', searchParams.get('state') ?? ''));
    back.searchParams.set('code', canaries.plant('code'));
    return back.href;
  };
}

async function consent(admin: TestClient, authorizationUrl: string, decide: Decide): Promise<void> {
  const { pathname, search } = new URL(await decide(authorizationUrl, 'grant'));
  const { page } = await openCallback(admin, pathname + search);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('OAuth token flow completed')]);
}

type Ask = (method: string, path: string, body?: unknown) => Promise<{ [field: string]: string }>;

/** @param isRunning whether it connects and takes calls; the others are there to be paused and removed */
async function enrolAgent(testHub: TestHub, ask: Ask, isRunning: boolean): Promise<string> {
  const { token = '' } = await ask('POST', '/mid-servers/enrolment-tokens', {});
  const config = midServerConfigFrom({ LOCKKEEPER_MID_DATA: newDataFolder() });
  const enrolled = await enrolMidServer({
    ...config,
    instanceUrl: testHub.address,
    token,
    name: `mid-${Math.random()}`,
  });
  await ask('POST', `/mid-servers/${enrolled.midServerId}/validate`, { fingerprint: enrolled.fingerprint });
  if (!isRunning) return enrolled.midServerId;
  const agent = await runMidServer(config, silentLogger);
  onTestFinished(() => agent.stop());
  await eventually(async () => {
    expect((await ask('GET', `/mid-servers/${enrolled.midServerId}`)).status).toBe('up');
  });
  return enrolled.midServerId;
}

async function invite(
  testHub: TestHub,
  admin: TestClient,
  email: string,
  roles: string[],
): Promise<TestClient> {
  const { json } = await admin.post('/api/v1/users/invitations', { email, name: 'Invited', roles });
  const browser = testHub.browser();
  const token = new URL(json.url).hash.slice(1);
  const body = { token, name: `Person ${roles}`, email, password: testPassword };
  const done = await browser.post('/api/v1/setup', body, { 'x-forwarded-for': anAddress() });
  expect([done.status, done.text]).toEqual([201, expect.anything()]);
  return browser;
}

const anAddress = () => `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 250)).join('.')}`;

/** Nobody, and for each role an API key and a person; each asks anew for a proof that works when theirs was taken. */
async function makeAskers(
  testHub: TestHub,
  admin: TestClient,
  known: KnownValues,
  toolIds: string[],
): Promise<Asker[]> {
  const nobody: Asker = {
    name: 'nobody',
    doubt: () => {},
    headers: async () => ({ 'x-forwarded-for': anAddress() }),
  };
  const keys = role.options.map((each) =>
    asker(testHub, `API key ${each}`, async () => {
      const created = await testHub.accessAdmin.createApiKey({
        name: `fuzz ${each} ${Math.random()}`,
        roles: [each],
        toolIds,
        mayWrite: true,
      });
      known.protect(created.apiKey.id);
      return { authorization: `Bearer ${created.key}` };
    }),
  );
  const people = role.options.map((each) =>
    asker(testHub, `person ${each}`, () => person(testHub, admin, known, each)),
  );
  return [nobody, ...keys, ...people];
}

async function person(testHub: TestHub, admin: TestClient, known: KnownValues, each: TestRole) {
  const browser = await invite(testHub, admin, `${each}.${Math.random()}@example.com`, [each]);
  const { user } = (await browser.get('/api/v1/session')).json;
  known.protect(user.id);
  return { cookie: browser.cookies, origin: testHub.publicUrl.origin };
}

function asker(testHub: TestHub, name: string, prove: () => Promise<Record<string, string>>): Asker {
  let proof: Record<string, string> | undefined;
  let isDoubted = false;
  return {
    name,
    doubt() {
      isDoubted = true;
    },
    async headers() {
      const isLost =
        proof === undefined ||
        (isDoubted && (await fetch(`${testHub.address}/api/v1/roles`, { headers: proof })).status !== 200);
      if (isLost) proof = await prove();
      isDoubted = false;
      return { ...proof, 'x-forwarded-for': anAddress() };
    },
  };
}
