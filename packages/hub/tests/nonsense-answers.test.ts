import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { setUpFirstAdmin, type TestClient, useTestHub } from '@lockkeeper/testing';
import { expect, it, onTestFinished } from 'vitest';
import { openCallback } from './provider-rig.ts';

const MEBIBYTE = 1024 * 1024;
const json = { 'content-type': 'application/json' };
type Answer = (response: ServerResponse) => void;

const tokens = (number: number) => ({
  access_token: `canary-access-token-${number}`,
  refresh_token: `canary-refresh-token-${number}`,
  token_type: 'Bearer',
  expires_in: 3600,
});
const evil = { ...tokens(0), access_token: 'canary-evil-access-token', refresh_token: 'canary-evil-refresh' };
const says =
  (body: unknown): Answer =>
  (response) => {
    response.writeHead(200, json).end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const refuses =
  (body: unknown): Answer =>
  (response) => {
    response.writeHead(503, json).end(JSON.stringify(body));
  };

/** OA-17's list, each as a whole answer that would hand a token out if it were believed. */
const nonsense: Record<string, Answer> = {
  '200 with an error': says({ ...evil, error: 'temporarily_unavailable' }),
  HTML: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(evil)),
  'an array': says([evil]),
  'an access token of the wrong type': says({ ...evil, access_token: { toString: 'x' } }),
  'truncated JSON': says(JSON.stringify(evil).slice(0, -9)),
  '100 MB': (response) => {
    const chunk = Buffer.alloc(64 * 1024, ' ');
    let left = (100 * MEBIBYTE) / chunk.length;
    const more = (): void => {
      while (left-- > 0 && !response.destroyed)
        if (!response.write(chunk)) return void response.once('drain', more);
      response.end(JSON.stringify(evil));
    };
    response.writeHead(200, json).write(JSON.stringify(evil).slice(0, -1));
    more();
  },
  'a gzip bomb': (response) =>
    response
      .writeHead(200, { ...json, 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.concat([Buffer.alloc(100 * MEBIBYTE, ' '), Buffer.from(JSON.stringify(evil))]))),
  '__proto__ instead of members': says(`{"__proto__":${JSON.stringify(evil)},"token_type":"Bearer"}`),
  'a negative lifetime': says({ ...evil, expires_in: -1 }),
  'a lifetime of 1e99': says({ ...evil, expires_in: 1e99 }),
  'a token of type mac': says({ ...evil, token_type: 'mac' }),
  'a refusal with half of a surrogate pair': refuses({
    error: '\ud800',
    error_description: 'a\udfffb\u0000',
  }),
  'a refusal that is cut in the middle of an emoji': refuses({
    error: 'temporarily_unavailable',
    error_description: `${'x'.repeat(199)}😀`,
  }),
  'one byte a second': (response) => {
    response.writeHead(200, json);
    const drip = setInterval(() => response.write(' '), 1000);
    response.once('close', () => clearInterval(drip));
  },
};
/** Odd, and understood: RFC 6749 wants a number, and lets it be absent; nothing but visible ASCII is a scope. */
const odd: Record<string, Answer> = {
  'a scope that no database can hold': says({ ...tokens(7), scope: 'repo\u0000 \ud800 x\u0000y' }),
  'a lifetime in digits': says({ ...tokens(7), expires_in: '3600' }),
  'no lifetime': says({ ...tokens(7), expires_in: undefined }),
};

async function useProvider() {
  let answer: Answer = says(tokens(1));
  const sent: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    // What saving the registry asks, to see whether the client is known.
    if (form.get('code')?.startsWith('lockkeeper-checks')) {
      return response.writeHead(400, json).end('{"error":"invalid_grant"}');
    }
    sent.push(form);
    answer(response);
    return undefined;
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    sent,
    answerWith: (next: Answer) => {
      answer = next;
    },
  };
}

async function useCredentials() {
  const provider = await useProvider();
  const testHub = await useTestHub({ allowOrigins: [provider.origin] });
  const admin = await setUpFirstAdmin(testHub);
  const registry = {
    name: 'Nonsense',
    clientId: 'client',
    clientSecret: 'canary-client-secret-nonsense',
    authorizationUrl: `${provider.origin}/authorize`,
    tokenUrl: `${provider.origin}/token`,
  };
  await admin.post('/api/v1/application-registries', registry);
  const profileId = (await admin.get('/api/v1/oauth-entity-profiles')).json.items[0].id;
  return {
    provider,
    testHub,
    admin,
    async credential(name: string): Promise<string> {
      const body = { name, profileId, allowTokenHandOut: true };
      const path = `/api/v1/credentials/${(await admin.post('/api/v1/credentials', body)).json.id}`;
      provider.answerWith(says(tokens(1)));
      expect(await consent(admin, path)).toContain('OAuth token flow completed successfully');
      return path;
    },
  };
}

/** @returns the page that Get OAuth Token ends with */
async function consent(admin: TestClient, path: string): Promise<string> {
  const { authorizationUrl } = (await admin.post(`${path}/authorization`)).json;
  const state = new URL(authorizationUrl).searchParams.get('state');
  return (await openCallback(admin, `/oauth_redirect.do?state=${state}&code=canary-code`)).page.text;
}

const handedOut = async (admin: TestClient, path: string) =>
  (await admin.post(`${path}/access-token`)).json.accessToken;

it.each(Object.entries(nonsense))(
  'OA-17: %s, to a refresh and to a code exchange: a typed error, and the old tokens are kept',
  async (name, answer) => {
    const { provider, testHub, admin, credential } = await useCredentials();
    const path = await credential(name);
    provider.answerWith(answer);
    const before = process.memoryUsage().rss;
    const page = await consent(admin, path);
    expect(page).not.toContain('completed successfully');
    const refused = await admin.post(`${path}/token/refresh`);
    expect([refused.status, refused.json.code]).toEqual([503, 'token.unavailable']);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * MEBIBYTE);
    expect(await handedOut(admin, path)).toBe('canary-access-token-1');
    const { json: token } = await admin.get(`${path}/token`);
    expect(token.problem.code).toMatch(/^oauth\.[a-z_]+$/);

    provider.answerWith(says(tokens(2)));
    expect((await admin.post(`${path}/token/refresh`)).status).toBe(200);
    expect(provider.sent.at(-1)?.get('refresh_token')).toBe('canary-refresh-token-1');
    expect(await handedOut(admin, path)).toBe('canary-access-token-2');
    expect([page, refused.text, ...testHub.log].join('\n')).not.toContain('canary-');
  },
);

it.each(Object.entries(odd))(
  'OA-17: %s is understood, of a refresh and of a code exchange',
  async (name, answer) => {
    const { provider, admin, credential } = await useCredentials();
    const path = await credential(name);
    provider.answerWith(answer);
    const { status, json: token } = await admin.post(`${path}/token/refresh`);
    expect(status).toBe(200);
    expect(new Date(token.expiresAt).getTime()).toBeGreaterThan(Date.now() + 60_000);
    expect(await consent(admin, path)).toContain('completed successfully');
    expect(await handedOut(admin, path)).toBe('canary-access-token-7');
  },
);

it('SS-07: the body of an error, of whatever it was that answered, is told to nobody', async () => {
  const { provider, testHub, admin, credential } = await useCredentials();
  const path = await credential('Internal');
  const internal = 'canary-internal: root:x:0:0 AKIA0000';
  const texts: string[] = [];
  for (const [status, type] of [
    [500, 'text/html'],
    [404, 'text/plain'],
    [403, 'application/xml'],
    [401, 'application/json'],
    [400, 'application/octet-stream'],
  ] as const) {
    const body =
      type === 'application/json' ? JSON.stringify({ message: internal, secret: internal }) : internal;
    provider.answerWith((response) =>
      response.writeHead(status, { 'content-type': type, server: internal }).end(body),
    );
    texts.push((await admin.post(`${path}/token/refresh`)).text, await consent(admin, path));
  }
  for (const address of [path, `${path}/token`, '/api/v1/credentials', '/api/v1/audit-entries']) {
    texts.push((await admin.get(address)).text);
  }
  expect(texts.every((text) => text.length > 50)).toBe(true);
  expect([...texts, ...testHub.log].join('\n')).not.toMatch(/canary-internal|AKIA/);
});
