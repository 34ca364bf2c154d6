import { knownResources } from '@lockkeeper/testing';
import { describe, expect, test } from 'vitest';
import {
  beginAndDecide,
  getOAuthToken,
  openCallback,
  type Rig,
  startCertifiedProvider,
  startCertifiedServer,
  startSandboxProvider,
  tokenOf,
  useRig,
} from './provider-rig.ts';

async function profileOf({ admin, credentialId }: Rig): Promise<string> {
  const { json } = await admin.get(`/api/v1/credentials/${credentialId}`);
  return `/api/v1/oauth-entity-profiles/${json.profileId}`;
}
const refreshNow = (rig: Rig) => rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`);

test('OA-22: a resource is sent on authorize, token and refresh, and the certified server grants it', async () => {
  const { server, ...provider } = await startCertifiedServer();
  const rig = await useRig(provider);
  const [resource = ''] = knownResources;
  const body = {
    resources: [resource],
    authorizationParameters: [{ name: 'audience', value: 'a b&c' }],
    tokenParameters: [{ name: 'tenant', value: 'acme' }],
  };
  const saved = await rig.admin.patch(await profileOf(rig), body);
  expect([saved.status, saved.json]).toEqual([200, expect.objectContaining(body)]);
  const started = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
  const sent = new URL(started.json.authorizationUrl).searchParams;
  expect([sent.getAll('resource'), sent.getAll('audience'), sent.has('tenant')]).toEqual([
    [resource],
    ['a b&c'],
    false,
  ]);
  await getOAuthToken(rig);
  expect((await refreshNow(rig)).status).toBe(200);
  // The first one is the check on save, with a dummy code, before there is a profile.
  const token = server.tokenRequests
    .slice(1)
    .map(({ body: form }) => [form.grant_type, form.resource, form.tenant]);
  expect(token).toEqual([
    ['authorization_code', resource, 'acme'],
    ['refresh_token', resource, 'acme'],
  ]);
});

test('OA-22: a resource that the provider does not know has a message of its own', async () => {
  const rig = await useRig(await startCertifiedProvider());
  await rig.admin.patch(await profileOf(rig), { resources: ['https://unknown.example/'] });
  const { page } = await openCallback(rig.admin, await beginAndDecide(rig));
  expect([page.status, page.text]).toEqual([400, expect.stringContaining('invalid_target')]);
});

describe('what a profile may add', () => {
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ...[
      'client_id',
      'redirect_uri',
      'state',
      'code',
      'grant_type',
      'code_challenge',
      'Client_Secret',
      'assertion',
      'request_uri',
    ].map((name): [string, Record<string, unknown>, string, RegExp] => [
      `not ${name}`,
      { tokenParameters: [{ name, value: 'x' }] },
      'tokenParameters.0.name',
      new RegExp(`cannot be ${name}, which`),
    ]),
    [
      'not scope, and says where it belongs',
      { authorizationParameters: [{ name: 'scope', value: 'x' }] },
      'authorizationParameters.0.name',
      /field of its own: Scopes/,
    ],
    [
      'nothing twice',
      {
        tokenParameters: [
          { name: 'a', value: '1' },
          { name: 'a', value: '2' },
        ],
      },
      'tokenParameters.1.name',
      /second time/,
    ],
    [
      'no name with a space',
      { tokenParameters: [{ name: 'a b', value: '' }] },
      'tokenParameters.0.name',
      /letters/,
    ],
    ['no relative resource', { resources: ['/api'] }, 'resources.0', /absolute URI/],
    ['no resource with a fragment', { resources: ['https://a.example/#x'] }, 'resources.0', /fragment/],
    ['no resource twice', { resources: ['urn:a:b', 'urn:a:b'] }, 'resources.1', /twice/],
    ['no assertion for a grant without one', { assertion: {} }, 'assertion', /JWT bearer/],
  ])('%s', async (_name, body, field, message) => {
    const rig = await useRig(await startSandboxProvider());
    const refused = await rig.admin.patch(await profileOf(rig), body);
    expect([refused.status, refused.json.errors]).toEqual([
      400,
      [expect.objectContaining({ field, message: expect.stringMatching(message) })],
    ]);
  });
});

describe('a registry without an Authorization URL', () => {
  test('is for grants that need nobody, and says so where one is missing', async () => {
    const rig = await useRig(await startCertifiedProvider());
    const cleared = await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, {
      authorizationUrl: null,
      defaultGrantType: 'client_credentials',
      clientSecret: 'canary-client-secret',
    });
    expect(cleared.json.errors[0]).toMatchObject({ field: 'authorizationUrl' });
    const { authorizationUrl: _url, ...registry } = rig.provider.registry;
    const missing = await rig.admin.post('/api/v1/application-registries', { ...registry, name: 'Other' });
    expect(missing.json.errors).toEqual([
      { field: 'authorizationUrl', code: 'required', message: 'must not be empty' },
    ]);
    const service = { ...registry, name: 'Service', defaultGrantType: 'client_credentials' };
    const created = await rig.admin.post('/api/v1/application-registries', service);
    expect([created.status, created.json.authorizationUrl]).toEqual([201, null]);
    const profile = {
      name: 'People',
      applicationRegistryId: created.json.id,
      grantType: 'authorization_code',
    };
    const refused = await rig.admin.post('/api/v1/oauth-entity-profiles', profile);
    expect(refused.json.errors[0]).toMatchObject({ field: 'grantType' });
    const open = await rig.admin.post('/api/v1/application-registries', {
      ...service,
      name: 'Open',
      publicClient: true,
    });
    expect(open.json.errors.map((error: { field: string }) => error.field)).toContain('publicClient');
  });
});

test('OA-18: scopes that were granted otherwise than asked are stored, shown and flagged', async () => {
  const rig = await useRig(await startCertifiedProvider());
  await getOAuthToken(rig);
  expect(await tokenOf(rig)).toMatchObject({ scopesMissing: [], scopesAdded: [] });
  const answer = {
    access_token: 'canary-access',
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'repo:write',
  };
  rig.provider.failNextTokenRequest({ status: 200, body: answer });
  expect((await refreshNow(rig)).json).toMatchObject({
    scopesAsked: ['repo:read'],
    scopesGranted: ['repo:write'],
    scopesMissing: ['repo:read'],
    scopesAdded: ['repo:write'],
  });
  // A new consent whose answer names no scope granted what was asked (RFC 6749 §5.1), whatever was granted before.
  const { scope: _scope, ...silent } = answer;
  const callback = await beginAndDecide(rig);
  rig.provider.failNextTokenRequest({ status: 200, body: silent });
  await openCallback(rig.admin, callback);
  expect(await tokenOf(rig)).toMatchObject({ scopesGranted: ['repo:read'], scopesMissing: [] });
});

test('OA-09: where the server ignores the verifier, the state is demanded all the same', async () => {
  const provider = await startSandboxProvider();
  provider.sandbox.changeSwitches({ pkce: 'ignore' });
  const rig = await useRig(provider);
  const before = provider.tokenRequests();
  for (const alter of [
    (callback: string) => callback.replace(/state=[^&]*/, 'state=another'),
    (callback: string) => callback.replace(/&?state=[^&]*/, ''),
  ]) {
    const { page } = await openCallback(rig.admin, alter(await beginAndDecide(rig)));
    expect(page.status).toBe(400);
  }
  expect(provider.tokenRequests()).toBe(before);
  expect(await tokenOf(rig)).toMatchObject({ state: 'none' });
  await getOAuthToken(rig);
});
