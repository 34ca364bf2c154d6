import { generateKeyPairSync } from 'node:crypto';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import {
  authorizationCodeRequest,
  clientCredentialsRequest,
  createAssertion,
  type FetchInit,
  generateSigningKey,
  jwtBearerRequest,
  type OAuthClient,
  type OAuthEndpoints,
  openSigningKey,
  readSigningKey,
  refreshTokenRequest,
  revocationRequest,
  type SigningAlgorithm,
  startExchange,
} from '../src/index.ts';

const now = new Date('2026-11-23T12:00:00Z');
const secret = 'canary-client-secret-:%+é &=/';
const endpoints: OAuthEndpoints & { tokenRevocationUrl: string } = {
  authorizationUrl: 'https://as.example/authorize',
  tokenUrl: 'https://as.example/token',
  tokenRevocationUrl: 'https://as.example/revoke',
  issuer: 'https://issuer.example/tenant',
  isIssuerPromised: true,
};
const extras = {
  parameters: [{ name: 'tenant', value: 'a b' }],
  resources: ['https://api.example/', 'urn:example:builds'],
};

interface Sent {
  url: string;
  authorization: string | undefined;
  body: URLSearchParams;
}

/** Every kind of request that proves the client. */
async function sendAll(client: OAuthClient, to = endpoints): Promise<Sent[]> {
  const sent: Sent[] = [];
  const record = async (url: string, init: FetchInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    sent.push({
      url,
      authorization: headers.get('authorization') ?? undefined,
      body: new URLSearchParams(init.body),
    });
    return Response.json({});
  };
  const exchange = startExchange({ fetch: record, now: () => now, timeoutMs: 5000 });
  const code = { code: 'c', redirectUri: 'https://i.example/cb', codeVerifier: 'v'.repeat(43) };
  await authorizationCodeRequest(to, client, code, exchange, extras);
  await refreshTokenRequest(to, client, 'old-refresh', exchange, extras);
  await clientCredentialsRequest(to, client, ['a', 'b'], extras, exchange);
  await jwtBearerRequest(to, client, 'the-assertion', [], extras, exchange);
  await revocationRequest(to, client, { token: 'old-refresh', kind: 'refresh_token' }, exchange);
  return sent;
}

test('OA-16: a secret with :%+é in the header is form-encoded, and nothing of it is in the query or the body', async () => {
  const client = { clientId: 'key:é', clientSecret: secret, signingKey: undefined } as const;
  for (const { url, authorization = '', body } of await sendAll({
    ...client,
    authentication: 'client_secret_basic',
  })) {
    const [user = '', password = ''] = Buffer.from(authorization.replace('Basic ', ''), 'base64')
      .toString('latin1')
      .split(':');
    // RFC 6749 appendix B: + is a space.
    const decode = (text: string) => decodeURIComponent(text.replaceAll('+', '%20'));
    expect([decode(user), decode(password)]).toEqual([client.clientId, secret]);
    expect(authorization).toMatch(/^Basic [A-Za-z0-9+/=]+$/);
    expect(new URL(url).search).toBe('');
    expect([...body.keys()]).not.toContain('client_secret');
  }
});

test('OA-16: in the body it arrives as it is, and neither header nor query hold it', async () => {
  const client = { clientId: 'key:é', clientSecret: secret, signingKey: undefined } as const;
  for (const { url, authorization, body } of await sendAll({
    ...client,
    authentication: 'client_secret_post',
  })) {
    expect([body.get('client_id'), body.get('client_secret')]).toEqual([client.clientId, secret]);
    expect(authorization).toBeUndefined();
    expect(new URL(url).search).toBe('');
  }
});

test.each<SigningAlgorithm>(['RS256', 'PS256', 'ES256', 'EdDSA'])(
  'OA-16: private_key_jwt with %s is addressed to the issuer, lives for a minute and sends no secret',
  async (algorithm) => {
    const pair = await generateSigningKey(algorithm);
    const client: OAuthClient = {
      clientId: 'key:é',
      clientSecret: secret,
      signingKey: await openSigningKey(pair),
      authentication: 'private_key_jwt',
    };
    const keys = createLocalJWKSet({ keys: [{ ...pair.publicJwk, kty: pair.publicJwk.kty ?? '' }] });
    const ids = new Set<unknown>();
    const sent = await sendAll(client);
    for (const { url, authorization, body } of sent) {
      const assertion = body.get('client_assertion') ?? '';
      const { payload, protectedHeader } = await jwtVerify(assertion, keys, { currentDate: now });
      expect(protectedHeader).toMatchObject({ alg: algorithm, kid: pair.kid });
      expect(payload).toMatchObject({ iss: 'key:é', sub: 'key:é', aud: endpoints.issuer });
      expect(Number(payload.exp) - now.getTime() / 1000).toBe(60);
      ids.add(payload.jti);
      expect(body.get('client_assertion_type')).toBe(
        'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      );
      expect([...body.values()].join(' ')).not.toContain('canary');
      expect([authorization, new URL(url).search]).toEqual([undefined, '']);
    }
    expect(ids.size).toBe(sent.length);
    const [first] = await sendAll(client, { ...endpoints, issuer: null });
    const unnamed = await jwtVerify(first?.body.get('client_assertion') ?? '', keys, { currentDate: now });
    expect(unnamed.payload.aud).toBe(endpoints.tokenUrl);
  },
);

test('OA-22: resources and extra parameters go with every token request', async () => {
  const sent = await sendAll({
    clientId: 'key',
    clientSecret: secret,
    signingKey: undefined,
    authentication: 'client_secret_basic',
  });
  const tokenRequests = sent.filter(({ url }) => url === endpoints.tokenUrl);
  expect(tokenRequests.map(({ body }) => body.get('grant_type'))).toEqual([
    'authorization_code',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ]);
  for (const { body } of tokenRequests) {
    expect(body.getAll('resource')).toEqual(extras.resources);
    expect(body.getAll('tenant')).toEqual(['a b']);
  }
});

test('JWT bearer: what nobody filled in is what the registry knows, and claims cannot replace it', async () => {
  const pair = await generateSigningKey('ES256');
  const client: OAuthClient = {
    clientId: 'key',
    clientSecret: undefined,
    signingKey: await openSigningKey(pair),
    authentication: 'none',
  };
  const exchange = startExchange({ fetch: async () => Response.json({}), now: () => now, timeoutMs: 5000 });
  const settings = {
    issuer: null,
    subject: null,
    audience: null,
    lifetimeSeconds: 120,
    claims: [
      { name: 'tenant', value: 'acme' },
      { name: 'aud', value: 'https://evil.example' },
    ],
  };
  const assertion = await createAssertion(endpoints, client, settings, exchange);
  const keys = createLocalJWKSet({ keys: [{ ...pair.publicJwk, kty: 'EC' }] });
  const { payload } = await jwtVerify(assertion, keys, { currentDate: now });
  expect(payload).toMatchObject({ iss: 'key', sub: 'key', aud: endpoints.issuer, tenant: 'acme' });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(120);
});

test('a key that was brought is published without its private members', async () => {
  for (const { privateKey } of [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ed25519'),
  ]) {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { publicJwk, privateJwk } = await readSigningKey(pem, undefined, undefined);
    expect(Object.keys(publicJwk)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(d|p|q|dp|dq|qi)$/)]),
    );
    expect(JSON.parse(privateJwk)).toMatchObject(privateKey.export({ format: 'jwk' }));
  }
});
