import { generateKeyPairSync } from 'node:crypto';
import { type AuthorizationServerOptions, type TestClient, TestClock } from '@lockkeeper/testing';
import { describe, expect, test } from 'vitest';
import {
  type Rig,
  startCertifiedServer,
  startSandboxProvider,
  type TestProvider,
  tokenOf,
  useRig,
} from './provider-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

interface GrantRig extends Rig {
  clock: TestClock;
  program: TestClient;
  profileId: string;
}

/** A credential of a grant that needs nobody, without a token. */
async function useGrantRig(
  provider: TestProvider,
  changes: Record<string, unknown>,
  clock = new TestClock(new Date()),
): Promise<GrantRig> {
  const registry: Record<string, unknown> & { clientSecret: string } = { ...provider.registry, ...changes };
  delete registry.authorizationUrl;
  const rig = await useRig({ ...provider, registry }, { now: clock.now });
  const { json } = await rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, {
    allowTokenHandOut: true,
  });
  return { ...rig, clock, profileId: json.profileId, program: await rig.testHub.withRole('integration') };
}

/** The certified server, which reads our public keys where we publish them. */
async function useSigningRig(
  changes: Record<string, unknown>,
  options: Partial<AuthorizationServerOptions> = {},
) {
  const provider = await startCertifiedServer(options);
  const rig = await useGrantRig(provider, changes);
  const { json } = await rig.admin.get(`/api/v1/application-registries/${rig.registryId}`);
  const { pathname } = new URL(json.jwksUrl);
  provider.server.trustKeysAt(new URL(pathname, rig.testHub.address).href);
  return { ...rig, server: provider.server, jwksPath: pathname };
}

const obtain = (rig: Rig) => rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
const handOut = (rig: GrantRig) => rig.program.post(`/api/v1/credentials/${rig.credentialId}/access-token`);
const runSchedule = (rig: Rig) => rig.testHub.hub.tokens.schedule.runDue();
const keysPath = (rig: Rig) => `/api/v1/application-registries/${rig.registryId}/signing-keys`;

async function countRequests(rig: Rig, work: () => Promise<unknown>): Promise<number> {
  const before = rig.provider.tokenRequests();
  await work();
  return rig.provider.tokenRequests() - before;
}

/** A consumer that is private may ask in its own name. */
async function usePrivateSandbox(): Promise<GrantRig> {
  const clock = new TestClock(new Date());
  const provider = await startSandboxProvider(clock.now);
  const { key, secret } = provider.sandbox.addConsumer(provider.sandbox.workspaces[0]?.slug ?? '', {
    name: 'Private',
    isPrivate: true,
    scopes: ['account', 'project'],
  });
  const changes = { clientId: key, clientSecret: secret, defaultGrantType: 'client_credentials' };
  return useGrantRig(provider, changes, clock);
}

const kinds = [
  { name: 'client credentials of a private consumer at the Bitbucket sandbox', start: usePrivateSandbox },
  {
    name: 'client credentials with a secret at the certified oidc-provider',
    start: () => useSigningRig({ defaultGrantType: 'client_credentials' }),
  },
  {
    name: 'client credentials with private_key_jwt at the certified oidc-provider',
    start: () =>
      useSigningRig(
        {
          defaultGrantType: 'client_credentials',
          sendCredentials: 'private_key_jwt',
          clientSecret: undefined,
        },
        { clientAuthentication: 'private_key_jwt' },
      ),
  },
  {
    name: 'JWT bearer at the certified oidc-provider',
    start: () => useSigningRig({ defaultGrantType: JWT_BEARER }),
  },
];

describe.each(kinds)('$name', ({ start }) => {
  test('Get OAuth Token gets the token at once, without a window', async () => {
    const rig = await start();
    expect(await tokenOf(rig)).toMatchObject({ state: 'none' });
    const obtained = await obtain(rig);
    expect([obtained.status, obtained.json]).toEqual([
      200,
      expect.objectContaining({ state: 'available', version: 1, hasRefreshToken: false, problem: null }),
    ]);
    expect(obtained.json.message).toMatch(/^The OAuth Access token is available and will expire on /);
    expect(Date.parse(obtained.json.refreshAt)).toBeLessThan(Date.parse(obtained.json.expiresAt));
    expect((await handOut(rig)).status).toBe(200);
    const history = await rig.admin.get(`/api/v1/audit-entries?subjectId=${rig.credentialId}&action=token.`);
    expect(history.json.items.map(({ action }: { action: string }) => action)).toContain('token.obtained');
  });

  test('it is asked for again ahead of expiry, also when nobody uses it', async () => {
    const rig = await start();
    await obtain(rig);
    for (let version = 2; version <= 4; version++) {
      const { refreshAt } = await tokenOf(rig);
      expect(await countRequests(rig, () => runSchedule(rig))).toBe(0);
      rig.clock.advance(Date.parse(refreshAt) - rig.clock.nowMs() + 1);
      expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
      expect(await tokenOf(rig)).toMatchObject({ state: 'available', version });
    }
  });

  test('RF-01: 100 callers at expiry make one request', async () => {
    const rig = await start();
    await obtain(rig);
    const { json: first } = await handOut(rig);
    rig.clock.advance(2 * HOUR);
    let answers: Awaited<ReturnType<typeof handOut>>[] = [];
    const requests = await countRequests(rig, async () => {
      answers = await Promise.all(Array.from({ length: 100 }, () => handOut(rig)));
    });
    expect(requests).toBe(1);
    const tokens = new Set(answers.map(({ json }) => json.accessToken));
    expect([tokens.size, tokens.has(first.accessToken), tokens.has(undefined)]).toEqual([1, false, false]);
  });

  test('RF-02: an answer that is lost is simply asked for again, however often: never uncertain', async () => {
    const rig = await start();
    await obtain(rig);
    rig.clock.advance(55 * MINUTE);
    rig.provider.failNextTokenRequest({ hangup: 'after' }, 3);
    for (let attempt = 0; attempt < 3; attempt++) {
      await runSchedule(rig);
      const token = await tokenOf(rig);
      expect(token).toMatchObject({ state: 'available', version: 1 });
      expect(token.problem.code).toMatch(/^oauth\.(unreachable|answer_incomplete)$/);
      rig.clock.advance(Date.parse(token.problem.retryAt) - rig.clock.nowMs());
    }
    // By now the provider as a whole is left alone for a while.
    rig.clock.advance(10 * MINUTE);
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
  });

  test('a refusal asks nobody to consent: it is tried again, and mends itself with its cause', async () => {
    const rig = await start();
    await obtain(rig);
    rig.clock.advance(2 * HOUR);
    for (const body of [
      { error: 'invalid_grant' },
      { error: 'invalid_client' },
      { error: 'unauthorized_client' },
    ]) {
      rig.provider.failNextTokenRequest({ status: 400, body });
      expect((await handOut(rig)).json.code).toBe('token.unavailable');
      expect(await tokenOf(rig)).toMatchObject({ state: 'available' });
      rig.clock.advance(10 * MINUTE);
    }
    expect((await handOut(rig)).status).toBe(200);
  });

  test('revoked, it is not asked for again until somebody chooses Get OAuth Token', async () => {
    const rig = await start();
    await obtain(rig);
    const revoked = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/revoke`);
    expect([revoked.status, revoked.json.token.state]).toEqual([200, 'revoked']);
    rig.clock.advance(2 * HOUR);
    expect(
      await countRequests(rig, async () => {
        await runSchedule(rig);
        expect((await handOut(rig)).json.code).toBe('token.revoked');
      }),
    ).toBe(0);
    expect((await obtain(rig)).json).toMatchObject({ state: 'available' });
    expect((await handOut(rig)).status).toBe(200);
  });

  test('the first refusal says what to change, and is audited', async () => {
    const rig = await start();
    rig.provider.failNextTokenRequest({
      status: 401,
      body: { error: 'invalid_client', error_description: 'client authentication failed' },
    });
    const refused = await obtain(rig);
    expect([refused.status, refused.json.code]).toEqual([422, 'oauth.no_token']);
    expect(refused.json.detail).toContain('client authentication failed');
    expect(refused.json.remedy.length).toBeGreaterThan(1);
    expect(await tokenOf(rig)).toMatchObject({ state: 'none' });
    const history = await rig.admin.get(`/api/v1/audit-entries?subjectId=${rig.credentialId}&action=token.`);
    expect(history.json.items[0]).toMatchObject({
      action: 'token.obtain_failed',
      outcome: 'failure',
      after: { code: 'oauth.client_refused' },
    });
  });
});

test('JWT bearer: the assertion is the one that the profile describes', async () => {
  const rig = await useSigningRig({ defaultGrantType: JWT_BEARER });
  await obtain(rig);
  const [usual] = rig.server.assertions;
  expect(usual).toMatchObject({ iss: rig.server.clientId, sub: rig.server.clientId, aud: rig.server.origin });
  expect(Number(usual?.exp) - Number(usual?.iat)).toBe(300);
  const assertion = {
    issuer: null,
    subject: 'build@example.com',
    audience: null,
    lifetimeSeconds: 60,
    claims: [{ name: 'tenant', value: 'acme' }],
  };
  const patched = await rig.admin.patch(`/api/v1/oauth-entity-profiles/${rig.profileId}`, { assertion });
  expect([patched.status, patched.json.assertion]).toEqual([200, assertion]);
  await obtain(rig);
  const changed = rig.server.assertions[1];
  expect(changed).toMatchObject({ sub: 'build@example.com', tenant: 'acme' });
  expect(Number(changed?.exp) - Number(changed?.iat)).toBe(60);
  expect(changed?.jti).not.toBe(usual?.jti);
});

test('JWT bearer: a refresh token in the answer is not kept, as the grant renews the token itself', async () => {
  const rig = await useSigningRig({ defaultGrantType: JWT_BEARER });
  expect((await obtain(rig)).json).toMatchObject({ state: 'available', hasRefreshToken: false });
  const row = await rig.testHub.database.db
    .selectFrom('tokens')
    .select(['grant_type', 'refresh_token_sealed'])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ grant_type: JWT_BEARER, refresh_token_sealed: null });
});

test('what a profile asks for now is what the next request asks for', async () => {
  const rig = await useSigningRig({ defaultGrantType: 'client_credentials' });
  expect((await obtain(rig)).json).toMatchObject({
    scopesAsked: ['repo:read'],
    scopesGranted: ['repo:read'],
  });
  const scope = { name: 'write', scope: 'repo:write', applicationRegistryId: rig.registryId };
  const { json } = await rig.admin.post('/api/v1/oauth-entity-scopes', scope);
  await rig.admin.patch(`/api/v1/oauth-entity-profiles/${rig.profileId}`, { scopeIds: [json.id] });
  expect((await obtain(rig)).json).toMatchObject({
    scopesAsked: ['repo:write'],
    scopesGranted: ['repo:write'],
  });
});

const askNobody = [
  { name: 'client credentials', grantType: 'client_credentials' },
  { name: 'JWT bearer', grantType: JWT_BEARER },
];

describe.each(askNobody)('Validate and Test credential by $name', ({ grantType }) => {
  const use = () => useSigningRig({ defaultGrantType: grantType, tokenRevocationUrl: null });
  const validate = (rig: Rig) => rig.admin.post(`/api/v1/application-registries/${rig.registryId}/validate`);
  const testIt = async (rig: Rig) => {
    const { json, text } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/test`, {});
    const step = (name: string) => json.steps.find((each: { step: string }) => each.step === name);
    return { step, text };
  };
  const grantsAsked = ({ server }: Awaited<ReturnType<typeof use>>) =>
    new Set(server.tokenRequests.map(({ body }) => body.grant_type));

  test('ask as the token is asked for, never with a code, and tell nobody to consent', async () => {
    const rig = await use();
    expect((await validate(rig)).json).toMatchObject({
      outcome: 'client_accepted',
      message: expect.stringContaining('without anybody'),
      remedy: [],
    });
    const { step, text } = await testIt(rig);
    expect(step('client')).toMatchObject({
      title: 'The provider issues tokens to the client',
      result: 'passed',
    });
    expect(step('token').remedy).toEqual([
      'On the credential, choose **Get OAuth Token**. Nobody has to consent.',
    ]);
    expect(text).not.toMatch(/grant access|dummy code|refresh token/);
    expect(grantsAsked(rig)).toEqual(new Set([grantType]));
    // What was tried is nobody's token.
    expect(await tokenOf(rig)).toMatchObject({ state: 'none' });
    await obtain(rig);
    const { step: after } = await testIt(rig);
    expect([after('token').result, after('refresh').result]).toEqual(['passed', 'passed']);
  });

  test('a refusal is the answer to that request, with what to change', async () => {
    const rig = await use();
    await obtain(rig);
    rig.provider.failNextTokenRequest({ status: 400, body: { error: 'invalid_scope' } });
    const { step } = await testIt(rig);
    expect(step('client')).toMatchObject({
      result: 'failed',
      answer: { status: 400, error: 'invalid_scope' },
      remedy: [expect.stringMatching(/^On Certified default_profile, compare the Scopes/)],
    });
    rig.provider.failNextTokenRequest({ status: 400, body: { error: 'unauthorized_client' } });
    expect((await validate(rig)).json).toMatchObject({
      outcome: 'grant_refused',
      message: expect.stringContaining('issues no token by this grant'),
      remedy: [expect.stringContaining('allows this grant type')],
    });
    rig.provider.failNextTokenRequest({ status: 401, body: { error: 'invalid_client' } });
    expect((await validate(rig)).json).toMatchObject({ outcome: 'client_refused' });
    // A refresh that failed is told in the same words, and asks nobody to consent either.
    rig.provider.failNextTokenRequest({ status: 400, body: { error: 'invalid_grant' } });
    await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`);
    const { step: failed } = await testIt(rig);
    expect(failed('refresh')).toMatchObject({ result: 'failed', answer: { error: 'invalid_grant' } });
    expect(failed('refresh').remedy.join(' ')).not.toMatch(/consent|grant access/);
    expect(failed('refresh').remedy.length).toBeGreaterThan(0);
  });
});

test('Validate by client credentials gives the token back that it was given', async () => {
  const rig = await useSigningRig({ defaultGrantType: 'client_credentials' });
  const { json } = await rig.admin.post(`/api/v1/application-registries/${rig.registryId}/validate`);
  expect(json.message).toContain('It was revoked at once.');
});

test('JWT bearer: an assertion that the provider does not take is told by Test credential', async () => {
  const rig = await useSigningRig({ defaultGrantType: JWT_BEARER });
  const assertion = {
    issuer: null,
    subject: null,
    audience: 'https://other.example',
    lifetimeSeconds: 60,
    claims: [],
  };
  await rig.admin.patch(`/api/v1/oauth-entity-profiles/${rig.profileId}`, { assertion });
  const { json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/test`, {});
  expect(json.steps[1]).toMatchObject({
    step: 'client',
    result: 'failed',
    answer: { error: 'invalid_grant' },
  });
  expect(json.steps[1].remedy[0]).toContain('compare Assertion issuer, Subject and Audience');
});

test('a private consumer at Bitbucket: Validate asks in its own name, Test credential does not ask for a test', async () => {
  const rig = await usePrivateSandbox();
  const test = () => rig.admin.post(`/api/v1/credentials/${rig.credentialId}/test`, {});
  expect(await countRequests(rig, test)).toBe(0);
  expect((await test()).json.steps[1]).toMatchObject({
    result: 'not_checked',
    explanation: expect.stringContaining('is not asked for a test'),
  });
  const { json } = await rig.admin.post(`/api/v1/application-registries/${rig.registryId}/validate`);
  expect(json).toMatchObject({ outcome: 'client_accepted' });
});

describe('keys that sign', () => {
  const signed = {
    defaultGrantType: 'client_credentials',
    sendCredentials: 'private_key_jwt',
    clientSecret: undefined,
  };
  const use = () => useSigningRig(signed, { clientAuthentication: 'private_key_jwt' });

  test('one is made with the registry, published without its private part, and audited', async () => {
    const rig = await use();
    const { json } = await rig.admin.get(keysPath(rig));
    expect(json.items).toEqual([
      expect.objectContaining({ algorithm: 'RS256', origin: 'generated', signs: true }),
    ]);
    const published = await rig.testHub.browser().get(rig.jwksPath);
    expect(published.json).toEqual({ keys: [json.items[0].publicJwk] });
    expect(Object.keys(published.json.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const history = await rig.admin.get(`/api/v1/audit-entries?subjectId=${rig.registryId}`);
    expect(history.json.items.map(({ action }: { action: string }) => action)).toContain(
      'application-registry.key_created',
    );
    expect(history.text).not.toMatch(/"(d|p|q|dp|dq|qi)"/);
  });

  test('rotation: both are published, the old one signs until it is retired, and the last one stays', async () => {
    const rig = await use();
    const [first] = (await rig.admin.get(keysPath(rig))).json.items;
    const second = await rig.admin.post(keysPath(rig), { algorithm: 'ES256' });
    expect([second.status, second.json.signs]).toEqual([201, false]);
    expect((await rig.testHub.browser().get(rig.jwksPath)).json.keys).toHaveLength(2);
    await obtain(rig);
    expect((await rig.admin.delete(`${keysPath(rig)}/${first.id}`)).status).toBe(204);
    expect((await rig.admin.get(keysPath(rig))).json.items).toEqual([{ ...second.json, signs: true }]);
    expect((await obtain(rig)).json).toMatchObject({ state: 'available', version: 2 });
    const last = await rig.admin.delete(`${keysPath(rig)}/${second.json.id}`);
    expect([last.status, last.json.code]).toEqual([409, 'record.in_use']);
    expect(last.json.detail).toContain('Make a new key first');
  });

  test('a key of the provider is brought as PEM or as JWK, and nonsense is refused by name', async () => {
    const rig = await use();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const imported = await rig.admin.post(keysPath(rig), { privateKey: pem, kid: 'from-the-provider' });
    expect([imported.status, imported.json]).toEqual([
      201,
      expect.objectContaining({ kid: 'from-the-provider', algorithm: 'ES256', origin: 'imported' }),
    ]);
    expect(imported.json.publicJwk).toMatchObject(publicKey.export({ format: 'jwk' }));
    const ed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const jwk = await rig.admin.post(keysPath(rig), { privateKey: JSON.stringify({ ...ed, kid: 'mine' }) });
    expect([jwk.status, jwk.json.kid, jwk.json.algorithm]).toEqual([201, 'mine', 'EdDSA']);
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const refused: [string, string][] = [
      ['hello', 'as PEM'],
      ['{"kty":"RSA"}', 'private key'],
      ['{"keys":[]}', 'not a set'],
      ['{', 'read as JSON'],
      [publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'this is a public one'],
      [privateKey.export({ type: 'sec1', format: 'pem' }).toString(), 'openssl pkcs8'],
      [small.export({ type: 'pkcs8', format: 'pem' }).toString(), '2048 bits'],
      [pem, 'here already'],
    ];
    for (const [text, reason] of refused) {
      const answer = await rig.admin.post(keysPath(rig), {
        privateKey: text,
        ...(text === pem ? { kid: 'mine' } : {}),
      });
      expect([reason, answer.status]).toEqual([reason, 400]);
      expect(answer.json.errors[0].message).toContain(reason);
      expect(answer.text).not.toContain('PRIVATE KEY-----M');
    }
    const wrong = await rig.admin.post(keysPath(rig), { privateKey: pem, algorithm: 'RS256' });
    expect(wrong.json.errors[0]).toMatchObject({ field: 'privateKey' });
  });

  test('WB-09: a stolen session is not enough to bring a key or to retire one', async () => {
    const rig = await use();
    const [key] = (await rig.admin.get(keysPath(rig))).json.items;
    rig.clock.advance(11 * MINUTE);
    for (const answer of [
      await rig.admin.post(keysPath(rig), {}),
      await rig.admin.delete(`${keysPath(rig)}/${key.id}`),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([403, 'access.step_up_required']);
    }
    expect((await rig.admin.get(keysPath(rig))).json.items).toHaveLength(1);
  });
});
