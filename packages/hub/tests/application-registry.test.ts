import { createServer } from 'node:http';
import { CanaryVault, setUpFirstAdmin, type TestHubOptions, useTestHub } from '@lockkeeper/testing';
import { describe, expect, onTestFinished, test } from 'vitest';

const bitbucket = {
  name: 'My Bitbucket App Provider',
  clientId: 'hX7kWq2mTnA9bLpZ4c',
  clientSecret: 'canary-client-secret-registry',
  defaultGrantType: 'authorization_code',
  authorizationUrl: 'https://bitbucket.org/site/oauth2/authorize',
  tokenUrl: 'https://bitbucket.org/site/oauth2/access_token',
};
const path = '/api/v1/application-registries';

async function anAdmin(options?: TestHubOptions) {
  const testHub = await useTestHub(options);
  return { testHub, admin: await setUpFirstAdmin(testHub) };
}

/** A token endpoint that always gives the same answer, and counts. */
async function aTokenEndpoint(status: number, body: unknown) {
  const seen = { requests: 0 };
  const server = createServer((_request, response) => {
    seen.requests++;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { origin: `http://127.0.0.1:${address.port}`, seen };
}

describe('saving an Application Registry', () => {
  test('fills in the Redirect URL and makes the default profile', async () => {
    const { admin } = await anAdmin();
    const saved = await admin.post(path, bitbucket);
    expect(saved.status).toBe(201);
    expect(saved.json).toMatchObject({
      name: 'My Bitbucket App Provider',
      template: 'bitbucket-cloud',
      redirectUrl: 'https://lockkeeper.test/oauth_redirect.do',
      redirectUrlMode: 'plain',
      sendCredentials: 'client_secret_basic',
      codeChallengeMethod: 'S256',
      refreshTokenLifespanSeconds: 8_640_000,
      active: true,
      validation: null,
      version: 1,
    });
    const profiles = await admin.get(`/api/v1/oauth-entity-profiles?applicationRegistryId=${saved.json.id}`);
    expect(profiles.json.items).toMatchObject([
      {
        name: 'My Bitbucket App Provider default_profile',
        grantType: 'authorization_code',
        isDefault: true,
        scopes: [],
      },
    ]);
  });

  test('names every field that needs a change, and saves nothing', async () => {
    const { admin } = await anAdmin();
    const refused = await admin.post(path, {
      ...bitbucket,
      clientSecret: undefined,
      tokenUrl: 'http://bitbucket.org/site/oauth2/access_token',
    });
    expect(refused.status).toBe(400);
    expect(refused.json.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'clientSecret',
      'tokenUrl',
    ]);
    const empty = await admin.post(path, { ...bitbucket, name: '  ', clientId: '' });
    expect(empty.json.errors.map(({ field }: { field: string }) => field)).toEqual(['name', 'clientId']);
    expect((await admin.get(path)).json.total).toBe(0);
  });

  test('what the schema, the rules and the database would say one after the other is said at once', async () => {
    const { admin } = await anAdmin();
    const { id } = (await admin.post(path, bitbucket)).json;
    const bad = { ...bitbucket, clientId: '', tokenUrl: 'http://bitbucket.org/site/oauth2/access_token' };
    expect((await admin.post(path, bad)).json.errors).toEqual([
      { field: 'clientId', code: 'too_small', message: 'must not be empty' },
      { field: 'name', code: 'taken', message: expect.stringContaining('called so'), conflictingId: id },
      { field: 'tokenUrl', code: 'url_refused', message: expect.stringContaining('https://') },
    ]);
    const withoutEmpty = (await admin.post(path, { ...bad, clientId: 'key' })).json.errors;
    expect(withoutEmpty.map(({ field }: { field: string }) => field)).toEqual(['name', 'tokenUrl']);
    const patched = await admin.patch(`${path}/${id}`, { clientId: '', tokenUrl: 'http://bitbucket.org/' });
    expect(patched.json.errors.map(({ field }: { field: string }) => field)).toEqual([
      'clientId',
      'tokenUrl',
    ]);
  });

  test('a name that is taken is refused with a link to its holder', async () => {
    const { admin } = await anAdmin();
    const first = await admin.post(path, bitbucket);
    const second = await admin.post(path, { ...bitbucket, name: 'my bitbucket app PROVIDER' });
    expect(second.status).toBe(409);
    expect(second.json).toMatchObject({
      code: 'record.name_taken',
      errors: [{ field: 'name', conflictingId: first.json.id }],
    });
  });

  test('a lost update is noticed', async () => {
    const { admin } = await anAdmin();
    const { json: saved } = await admin.post(path, bitbucket);
    expect((await admin.patch(`${path}/${saved.id}`, { comments: 'one', version: 1 })).json.version).toBe(2);
    const late = await admin.patch(`${path}/${saved.id}`, { comments: 'two', version: 1 });
    expect(late.json.code).toBe('record.changed');
    expect((await admin.get(`${path}/${saved.id}`)).json.comments).toBe('one');
  });
});

test('SS-01, SS-04, IN-06: endpoint URLs are judged when they are saved', async () => {
  const { admin } = await anAdmin();
  for (const tokenUrl of [
    'http://bitbucket.org/token',
    'https://169.254.169.254/latest/meta-data',
    'https://2852039166/',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost/',
    'https://bitbucket.org:8443/token',
    'https://user@bitbucket.org/token',
    'javascript:alert(1)',
  ]) {
    const refused = await admin.post(path, { ...bitbucket, tokenUrl });
    expect([tokenUrl, refused.status, refused.json.errors?.[0]?.field]).toEqual([tokenUrl, 400, 'tokenUrl']);
  }
});

describe('SS-06: a changed endpoint demands the secret again', () => {
  test.each(['authorizationUrl', 'tokenUrl', 'tokenRevocationUrl'])('%s', async (field) => {
    const { admin } = await anAdmin();
    const { json: saved } = await admin.post(path, bitbucket);
    const change = { [field]: 'https://evil.example/collect' };
    const refused = await admin.patch(`${path}/${saved.id}`, change);
    expect(refused.status).toBe(400);
    expect(refused.json.errors).toMatchObject([{ field: 'clientSecret', code: 'secret_required' }]);
    expect((await admin.get(`${path}/${saved.id}`)).json[field]).toBe(saved[field]);

    const accepted = await admin.patch(`${path}/${saved.id}`, {
      ...change,
      clientSecret: 'canary-client-secret-new',
    });
    expect(accepted.status).toBe(200);
    const audit = await admin.get(
      `/api/v1/audit-entries?subjectId=${saved.id}&action=application-registry.updated`,
    );
    expect(audit.json.items).toHaveLength(1);
    expect(audit.json.items[0].after).toMatchObject({ ...change, clientSecret: '[secret]' });
  });

  test('other fields are changed without it', async () => {
    const { admin } = await anAdmin();
    const { json: saved } = await admin.post(path, bitbucket);
    expect((await admin.patch(`${path}/${saved.id}`, { name: 'Renamed', clientId: 'other' })).status).toBe(
      200,
    );
  });
});

test('a new Client Secret does not keep the day on which the former one ends', async () => {
  const { admin } = await anAdmin();
  const day = '2027-01-31T00:00:00.000Z';
  const { json } = await admin.post(path, { ...bitbucket, clientSecretExpiresAt: day });
  const patch = async (body: object) => (await admin.patch(`${path}/${json.id}`, body)).json;
  expect((await patch({ comments: 'x' })).clientSecretExpiresAt).toBe(day);
  expect((await patch({ clientSecret: 'canary-client-secret-new' })).clientSecretExpiresAt).toBeNull();
  const withDay = { clientSecret: 'canary-client-secret-newer', clientSecretExpiresAt: day };
  expect((await patch(withDay)).clientSecretExpiresAt).toBe(day);
  await patch({ clientSecret: 'canary-client-secret-newest' });
  const { json: audit } = await admin.get(`/api/v1/audit-entries?subjectId=${json.id}&sort=-at`);
  expect(audit.items[0]).toMatchObject({
    before: { clientSecretExpiresAt: day },
    after: { clientSecretExpiresAt: null },
  });
});

test('KE-11, IN-10: the secret is write-only for every reader, in every answer, in the audit log and at rest', async () => {
  const { testHub, admin } = await anAdmin();
  const canaries = new CanaryVault();
  const clientSecret = canaries.plant('client-secret');
  const { json: saved, text } = await admin.post(path, { ...bitbucket, clientSecret });
  const replaced = canaries.plant('client-secret');
  const texts = [
    text,
    (await admin.patch(`${path}/${saved.id}`, { clientSecret: replaced })).text,
    (await admin.get(path)).text,
    (await admin.get(`${path}/${saved.id}`)).text,
    (await admin.get('/api/v1/audit-entries')).text,
    (await admin.get(`${path}?sort=clientSecret`)).text,
    (await admin.get(`${path}?q=${encodeURIComponent(clientSecret)}`)).text,
    testHub.log.join('\n'),
    JSON.stringify(await testHub.database.db.selectFrom('application_registries').selectAll().execute()),
    JSON.stringify(await testHub.database.db.selectFrom('audit_entries').selectAll().execute()),
  ];
  expect(canaries.find(texts.join('\n'))).toEqual([]);
  expect((await admin.get(`${path}?sort=clientSecret`)).status).toBe(400);
  for (const role of ['tool_owner', 'integration', 'viewer'] as const) {
    const other = await testHub.withRole(role);
    expect((await other.get(`${path}/${saved.id}`)).status).toBe(403);
    expect((await other.patch(`${path}/${saved.id}`, { clientSecret: 'x' })).status).toBe(403);
  }
});

describe('the Redirect URL', () => {
  const other = {
    ...bitbucket,
    name: 'Other',
    authorizationUrl: 'https://other.example/authorize',
    tokenUrl: 'https://other.example/token',
  };

  test('a second origin becomes distinct by itself, and asked to be plain it says why not', async () => {
    const { admin } = await anAdmin();
    const first = await admin.post(path, bitbucket);
    const saved = await admin.post(path, other);
    expect(saved.json).toMatchObject({
      redirectUrlMode: 'distinct',
      redirectUrl: `https://lockkeeper.test/oauth_redirect.do/${saved.json.id}`,
    });
    const asked = await admin.post(path, { ...other, name: 'Third', redirectUrlMode: 'plain' });
    expect(asked.json.errors).toMatchObject([
      { field: 'redirectUrlMode', message: expect.stringContaining(`bitbucket.org (${bitbucket.name})`) },
    ]);
    const moved = await admin.patch(`${path}/${first.json.id}`, {
      authorizationUrl: other.authorizationUrl,
      tokenUrl: other.tokenUrl,
      clientSecret: 'canary-client-secret-moved',
    });
    expect(moved.json.redirectUrlMode).toBe('plain');
  });

  test('of two origins that race for the plain one, one gets it', async () => {
    const { admin } = await anAdmin();
    const saved = await Promise.all([admin.post(path, bitbucket), admin.post(path, other)]);
    expect(saved.map(({ json }) => json.redirectUrlMode).sort()).toEqual(['distinct', 'plain']);
  });

  test('one that was not active cannot become active on the plain one beside another origin', async () => {
    const { admin } = await anAdmin();
    await admin.post(path, bitbucket);
    // Not active, so that saving it asks nobody.
    const second = await admin.post(path, { ...other, redirectUrlMode: 'plain', active: false });
    expect(second.status).toBe(201);
    const activated = await admin.patch(`${path}/${second.json.id}`, { active: true });
    expect(activated.json.errors).toMatchObject([{ field: 'redirectUrlMode', code: 'plain_taken' }]);
    const distinct = await admin.patch(`${path}/${second.json.id}`, { redirectUrlMode: 'distinct' });
    expect(distinct.json.redirectUrl).toBe(`https://lockkeeper.test/oauth_redirect.do/${second.json.id}`);
  });

  test('OA-11: is made of the public address, whatever the request says', async () => {
    const { admin } = await anAdmin();
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
    };
    const saved = await admin.post(path, bitbucket, headers);
    expect(saved.json.redirectUrl).toBe('https://lockkeeper.test/oauth_redirect.do');
  });
});

describe('validation', () => {
  test.each([
    [400, { error: 'invalid_grant' }, 'client_accepted'],
    [401, { error: 'invalid_client' }, 'client_refused'],
  ])('on save asks a generic provider once, and warns at most: %i %j', async (status, body, outcome) => {
    const { origin, seen } = await aTokenEndpoint(status, body);
    const { admin } = await anAdmin({ allowOrigins: [origin] });
    const urls = { authorizationUrl: `${origin}/authorize`, tokenUrl: `${origin}/token` };
    const saved = await admin.post(path, { ...bitbucket, ...urls });
    expect(saved.json).toMatchObject({ template: 'generic', validation: { outcome } });
    expect(seen.requests).toBe(1);
    await admin.patch(`${path}/${saved.json.id}`, { comments: 'no reason to ask again' });
    expect(seen.requests).toBe(1);
  });

  test('is never done on save for Bitbucket, only on Validate', async () => {
    const { origin, seen } = await aTokenEndpoint(401, { error: 'unauthorized_client' });
    const { admin } = await anAdmin({ allowOrigins: [origin] });
    const urls = {
      authorizationUrl: `${origin}/site/oauth2/authorize`,
      tokenUrl: `${origin}/site/oauth2/access_token`,
    };
    const saved = await admin.post(path, { ...bitbucket, ...urls });
    expect([saved.json.template, seen.requests]).toEqual(['bitbucket-cloud', 0]);
    const { json: validation } = await admin.post(`${path}/${saved.json.id}/validate`);
    expect(validation).toMatchObject({ outcome: 'client_refused', providerError: 'unauthorized_client' });
    expect(validation.remedy.join(' ')).toContain('Workspace settings > OAuth consumers');
    expect((await admin.get(`${path}/${saved.json.id}`)).json.validation).toEqual(validation);
  });
});

test('scopes are attached to profiles of the same registry, and are not deleted while in use', async () => {
  const { admin } = await anAdmin();
  const { json: registry } = await admin.post(path, bitbucket);
  const scope = await admin.post('/api/v1/oauth-entity-scopes', {
    name: 'Account',
    applicationRegistryId: registry.id,
    scope: 'account',
  });
  const list = await admin.get(`/api/v1/oauth-entity-profiles?applicationRegistryId=${registry.id}`);
  const profilePath = `/api/v1/oauth-entity-profiles/${list.json.items[0].id}`;
  const changed = await admin.patch(profilePath, { scopeIds: [scope.json.id] });
  expect(changed.json.scopes).toEqual([{ id: scope.json.id, name: 'Account', scope: 'account' }]);
  const inUse = await admin.delete(`/api/v1/oauth-entity-scopes/${scope.json.id}`);
  expect([inUse.status, inUse.json.code]).toEqual([409, 'record.in_use']);
  expect((await admin.delete(profilePath)).json.detail).toContain('default profile');
  expect((await admin.delete(`${path}/${registry.id}`)).status).toBe(204);
  expect((await admin.get('/api/v1/oauth-entity-scopes')).json.total).toBe(0);
});
