import { createServer, type ServerResponse } from 'node:http';
import { setUpFirstAdmin, useTestHub } from '@lockkeeper/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { beginAndDecide, openCallback, startCertifiedServer, useRig } from './provider-rig.ts';

const discover = '/api/v1/application-registries/discover';

/** A server that publishes what a test wants. */
async function startPublisher(publish: (path: string, response: ServerResponse, origin: string) => void) {
  const asked: string[] = [];
  let origin = '';
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    publish(request.url ?? '', response, origin);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
  const testHub = await useTestHub({ allowOrigins: [origin] });
  return { origin, asked, admin: await setUpFirstAdmin(testHub) };
}

const json = (response: ServerResponse, body: unknown, status = 200) =>
  void response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body));

describe('Discover', () => {
  test('fills the form from a certified server, whose answers then have to name the issuer', async () => {
    const { server, ...provider } = await startCertifiedServer();
    const testHub = await useTestHub({ allowOrigins: [server.origin] });
    const admin = await setUpFirstAdmin(testHub);
    const found = await admin.post(discover, { issuer: server.origin });
    expect([found.status, found.json]).toEqual([
      200,
      expect.objectContaining({
        issuer: server.origin,
        metadataUrl: `${server.origin}/.well-known/oauth-authorization-server`,
        authorizationUrl: `${server.origin}/auth`,
        tokenUrl: `${server.origin}/token`,
        tokenRevocationUrl: `${server.origin}/token/revocation`,
        sendCredentialsSupported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
        authorizationResponseIssParameterSupported: true,
        notes: [],
      }),
    ]);
    expect(found.json.scopesSupported).toContain('repo:read');
    const { metadataUrl: _url, scopesSupported: _scopes, notes: _notes, ...rest } = found.json;
    const { sendCredentialsSupported, ...fields } = rest;
    const [sendCredentials] = sendCredentialsSupported;
    const { name, clientId, clientSecret } = provider.registry;
    const registry = { ...fields, sendCredentials, name, clientId, clientSecret };
    const rig = await useRig({ ...provider, registry });
    const callback = (await beginAndDecide(rig)).replace(/&?iss=[^&]*/, '');
    const { page } = await openCallback(rig.admin, callback);
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('oauth.issuer_missing')]);
  });

  test('what it has found is made into scopes of the registry, those that are there already once only', async () => {
    const rig = await useRig(await startCertifiedServer());
    const found = await rig.admin.post(discover, { issuer: rig.provider.origin });
    const path = `/api/v1/application-registries/${rig.registryId}/scopes`;
    const { scopesSupported } = found.json;
    const made = await rig.admin.post(path, { scopes: [...scopesSupported, ...scopesSupported] });
    // The rig has made repo:read itself.
    expect([made.status, made.json.created]).toEqual([200, scopesSupported.length - 1]);
    expect(made.json.items.map(({ scope }: { scope: string }) => scope)).toEqual(scopesSupported);
    expect((await rig.admin.post(path, { scopes: scopesSupported })).json.created).toBe(0);
    const audited = await rig.admin.get('/api/v1/audit-entries?action=oauth-entity-scope.created&limit=100');
    expect(audited.json.items).toHaveLength(scopesSupported.length);
    const wrong = await rig.admin.post(path, { scopes: ['two words'] });
    expect([wrong.status, wrong.json.errors[0].field]).toEqual([400, 'scopes.0']);
    const gone = path.replace(rig.registryId, 'app_01K00000000000000000000000');
    expect((await rig.admin.post(gone, { scopes: ['a'] })).status).toBe(404);
  });

  test.each([
    ['promises it', { code_challenge_methods_supported: ['S256'] }, ''],
    ['does not', {}, ' It does not promise to check PKCE with S256. It is sent all the same.'],
    [
      'publishes nothing',
      undefined,
      'Whether it checks PKCE is not known: it publishes nothing of itself under ',
    ],
  ])(
    'OA-09: Validate of a registry whose URLs were typed says whether PKCE is checked: it %s',
    async (_name, facts, said) => {
      const { origin, admin } = await startPublisher((path, response, at) => {
        if (path === '/token') json(response, { error: 'invalid_grant' }, 400);
        else if (facts !== undefined && path.startsWith('/.well-known/oauth')) {
          json(response, { issuer: at, token_endpoint: `${at}/token`, ...facts });
        } else json(response, {}, 404);
      });
      const saved = await admin.post('/api/v1/application-registries', {
        name: 'Typed',
        clientId: 'client',
        clientSecret: 'canary-client-secret',
        authorizationUrl: `${origin}/authorize`,
        tokenUrl: `${origin}/token`,
      });
      const validated = await admin.post(`/api/v1/application-registries/${saved.json.id}/validate`);
      expect(validated.json.outcome).toBe('client_accepted');
      expect(validated.json.message).toContain(said);
      expect(validated.json.message.includes('PKCE')).toBe(said !== '');
    },
  );

  test('RFC 8414 comes first, with the path of a tenant where the standard wants it', async () => {
    const { origin, asked, admin } = await startPublisher((path, response, at) =>
      path === '/.well-known/oauth-authorization-server/tenant'
        ? json(response, { issuer: `${at}/tenant`, token_endpoint: `${at}/token` })
        : json(response, {}, 404),
    );
    const found = await admin.post(discover, { issuer: `${origin}/tenant` });
    expect([found.status, found.json.tokenUrl]).toEqual([200, `${origin}/token`]);
    expect(asked).toEqual(['/.well-known/oauth-authorization-server/tenant']);
    expect(found.json).toMatchObject({
      authorizationUrl: null,
      tokenRevocationUrl: null,
      authorizationResponseIssParameterSupported: false,
    });
  });

  test('OA-09: at set-up it warns of a server that does not promise to check PKCE', async () => {
    const { origin, admin } = await startPublisher((_path, response, at) =>
      json(response, {
        issuer: at,
        authorization_endpoint: `${at}/authorize`,
        token_endpoint: `${at}/token`,
        code_challenge_methods_supported: ['plain'],
      }),
    );
    const { json: found } = await admin.post(discover, { issuer: origin });
    expect(found.notes.join(' ')).toContain('does not promise to check PKCE with S256');
  });

  test.each<[string, (at: string) => unknown, string, string]>([
    [
      'another issuer',
      (at) => ({ issuer: `${at}/`, token_endpoint: `${at}/t` }),
      'issuer_differs',
      'calls its issuer',
    ],
    ['no issuer', (at) => ({ token_endpoint: `${at}/t` }), 'issuer_differs', 'names no issuer'],
    ['no token endpoint', (at) => ({ issuer: at }), 'metadata_invalid', 'no token_endpoint'],
    [
      'a number for an address',
      (at) => ({ issuer: at, token_endpoint: 5 }),
      'metadata_invalid',
      'token_endpoint',
    ],
    [
      'scopes that are no list',
      (at) => ({ issuer: at, token_endpoint: `${at}/t`, scopes_supported: 'a b' }),
      'metadata_invalid',
      'scopes_supported',
    ],
    [
      'a token endpoint in the private network',
      (at) => ({ issuer: at, token_endpoint: 'https://10.0.0.1/token' }),
      'endpoint_refused',
      'token_endpoint that cannot be used: it must be an address of the public internet',
    ],
    [
      'an authorization endpoint without TLS',
      (at) => ({ issuer: at, token_endpoint: `${at}/t`, authorization_endpoint: 'http://as.example/a' }),
      'endpoint_refused',
      'authorization_endpoint that cannot be used: it must start with https://',
    ],
    ['a list', () => [], 'metadata_missing', 'not a JSON object'],
    ['HTML', () => '<h1>', 'metadata_missing', 'cannot be read'],
    ['more than it may be', () => ({ issuer: 'x'.repeat(200_000) }), 'metadata_missing', 'larger than'],
  ])('OA-17: refuses %s, and says so at the issuer', async (_name, body, code, message) => {
    const { origin, admin } = await startPublisher((_path, response, at) => json(response, body(at)));
    const refused = await admin.post(discover, { issuer: origin });
    expect([refused.status, refused.json.errors]).toEqual([
      400,
      [{ field: 'issuer', code, message: expect.stringContaining(message) }],
    ]);
  });

  test('SS-03, SS-01: no redirect is followed, and no internal address is asked', async () => {
    const { origin, asked, admin } = await startPublisher((_path, response, at) =>
      response.writeHead(302, { location: `${at}/elsewhere` }).end(),
    );
    const refused = await admin.post(discover, { issuer: origin });
    expect(refused.json.errors[0]).toMatchObject({ field: 'issuer', code: 'metadata_missing' });
    expect(asked).not.toContain('/elsewhere');
    for (const issuer of ['http://as.example', 'https://169.254.169.254', 'https://localhost', 'nonsense']) {
      const { json: told } = await admin.post(discover, { issuer });
      expect([issuer, told.errors[0].code]).toEqual([issuer, 'url_refused']);
    }
    const query = await admin.post(discover, { issuer: `${origin}/?x=1` });
    expect(query.json.errors[0].message).toContain('query');
  });
});
