import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  authorizationCodeRequest,
  bitbucketCloud,
  checkClient,
  generic,
  OAuthError,
  type OAuthProvider,
  processAuthorizationCodeAnswer,
  processRefreshTokenAnswer,
  refreshTokenRequest,
  startExchange,
  type TokenSet,
} from '../src/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let origin: string;
let answer: Answer;
let requests: { authorization: string | undefined; url: string; body: URLSearchParams }[];
let close: () => Promise<void>;

beforeEach(async () => {
  requests = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push({
        authorization: request.headers.authorization,
        url: request.url ?? '',
        body: new URLSearchParams(body),
      });
      answer(request, response, body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
  close = () =>
    new Promise((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
});
afterEach(() => close());

const now = new Date('2026-11-23T12:00:00Z');
const client = {
  clientId: 'key',
  clientSecret: 'canary-client-secret-:%+é',
  signingKey: undefined,
  authentication: 'client_secret_basic',
} as const;
const good = { access_token: 'new-access', token_type: 'Bearer', expires_in: 3600 };

const json =
  (value: unknown, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };

async function refresh(provider: OAuthProvider = generic, timeoutMs = 5000): Promise<TokenSet> {
  const endpoints = {
    authorizationUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    tokenRevocationUrl: null,
    issuer: null,
    isIssuerPromised: true,
  };
  const exchange = startExchange({ fetch, now: () => now, timeoutMs, maxAnswerBytes: 64 * 1024 });
  const response = await refreshTokenRequest(endpoints, client, 'old-refresh', exchange);
  return processRefreshTokenAnswer(endpoints, client, provider, response, exchange);
}

async function refusalOf(attempt: Promise<unknown>): Promise<OAuthError> {
  const error = await attempt.then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  if (error instanceof OAuthError) return error;
  throw error;
}

describe('refresh-token', () => {
  test('sends RFC 6749 §6 with the credentials form-encoded in the header, nothing in the query', async () => {
    answer = json({ ...good, refresh_token: 'new-refresh', scope: 'a b' });
    const tokens = await refresh();
    expect(tokens).toEqual({
      accessToken: 'new-access',
      refreshToken: 'new-refresh',
      issuedAt: now,
      expiresAt: new Date('2026-11-23T13:00:00Z'),
      scopes: ['a', 'b'],
    });
    const [sent] = requests;
    expect(Object.fromEntries(sent?.body ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'old-refresh',
    });
    expect(sent?.url).toBe('/token');
    const [, encoded = ''] = (sent?.authorization ?? '').split(' ');
    const [user, password = ''] = Buffer.from(encoded, 'base64').toString().split(':');
    expect(user).toBe('key');
    expect(decodeURIComponent(password.replaceAll('+', ' '))).toBe(client.clientSecret);
  });

  test('RF-03: says when the answer holds no refresh token, also as null', async () => {
    answer = json(good);
    expect((await refresh()).refreshToken).toBeUndefined();
    answer = json({ ...good, refresh_token: null });
    expect((await refresh()).refreshToken).toBeUndefined();
  });

  test('reads the scopes of Bitbucket under the old and the new name', async () => {
    answer = json({ ...good, scopes: 'account project' });
    expect((await refresh(bitbucketCloud)).scopes).toEqual(['account', 'project']);
    answer = json({ ...good, scope: 'account,project', scopes: 'other' });
    expect((await refresh(bitbucketCloud)).scopes).toEqual(['account', 'project']);
  });
});

describe('OA-17: answers that are none', () => {
  test.each<[string, unknown, string]>([
    ['200 with an error', { error: 'invalid_grant' }, 'invalid_grant'],
    ['no access token', { token_type: 'bearer' }, 'answer_invalid'],
    ['an access token that is a number', { ...good, access_token: 5 }, 'answer_invalid'],
    ['an empty access token', { ...good, access_token: '' }, 'answer_invalid'],
    ['a refresh token that is an object', { ...good, refresh_token: {} }, 'answer_invalid'],
    ['an array', [good], 'answer_invalid'],
    ['truncated JSON', '{"access_token":"x', 'answer_not_json'],
    ['a negative lifetime', { ...good, expires_in: -1 }, 'answer_invalid'],
    ['an endless lifetime', { ...good, expires_in: 1e99 }, 'answer_invalid'],
    ['a lifetime in words', { ...good, expires_in: 'soon' }, 'answer_invalid'],
    ['a token of type mac', { ...good, token_type: 'mac' }, 'token_type_unsupported'],
  ])('%s', async (_name, body, code) => {
    answer = json(body);
    const error = await refusalOf(refresh());
    expect(error.code).toBe(code);
    expect(JSON.stringify([error, error.message, String(error.cause)])).not.toContain('new-access');
  });

  test('a lifetime in digits or absent is understood', async () => {
    answer = json({ ...good, expires_in: '7200' });
    expect((await refresh()).expiresAt).toEqual(new Date('2026-11-23T14:00:00Z'));
    answer = json({ access_token: 'new-access', token_type: 'bearer' });
    expect((await refresh()).expiresAt).toEqual(new Date('2026-11-23T13:00:00Z'));
  });

  test('__proto__ in the answer changes nothing', async () => {
    answer = json('{"__proto__":{"access_token":"polluted","token_type":"bearer"},"polluted":1}');
    expect((await refusalOf(refresh())).code).toBe('answer_invalid');
    expect(Object.prototype).not.toHaveProperty('access_token');
    answer = json({ error: '__proto__' }, 400);
    expect((await refusalOf(refresh())).code).toBe('request_refused');
  });

  test('HTML with status 200, and HTML with an error status', async () => {
    const html =
      (status: number): Answer =>
      (_request, response) =>
        response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>internal secret page</h1>');
    answer = html(200);
    expect(await refusalOf(refresh())).toMatchObject({ code: 'answer_not_json', outcomeUnknown: true });
    answer = html(404);
    expect(await refusalOf(refresh())).toMatchObject({ code: 'answer_not_json', outcomeUnknown: false });
    answer = html(503);
    const error = await refusalOf(refresh());
    expect(error.code).toBe('provider_unavailable');
    expect(`${error.message}${error.providerDescription}`).not.toContain('internal');
  });

  test('100 MB, plain and as a gzip bomb, end early', async () => {
    let written = 0;
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const more = () => {
        while (written < 100 * 1024 * 1024 && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return response.once('drain', more);
        }
        return response.end();
      };
      more();
    };
    expect((await refusalOf(refresh())).code).toBe('answer_too_large');
    expect(written).toBeLessThan(50 * 1024 * 1024);
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, ' '));
    answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
    expect((await refusalOf(refresh())).code).toBe('answer_too_large');
  });

  test('one byte now and then ends at the deadline', async () => {
    const timers: NodeJS.Timeout[] = [];
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      timers.push(setInterval(() => response.write(' '), 20));
    };
    const error = await refusalOf(refresh(generic, 150));
    for (const timer of timers) clearInterval(timer);
    expect(error).toMatchObject({ code: 'timeout', outcomeUnknown: true });
  });

  test('a connection that ends in the middle of the answer', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"access', () => response.destroy());
    };
    expect(await refusalOf(refresh())).toMatchObject({ code: 'answer_incomplete', outcomeUnknown: true });
  });

  test('no answer at all: known not to be sent, or not known', async () => {
    answer = (_request, response) => response.destroy();
    expect(await refusalOf(refresh())).toMatchObject({ code: 'unreachable', outcomeUnknown: true });
    await close();
    expect(await refusalOf(refresh())).toMatchObject({ code: 'unreachable', outcomeUnknown: false });
  });
});

test('SS-03: a redirect is never followed', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    answer = (request, response) => {
      if (request.url === '/token') response.writeHead(status, { location: `${origin}/elsewhere` }).end();
      else response.end('{}');
    };
    expect((await refusalOf(refresh())).code).toBe('redirected');
  }
  expect(requests.map((request) => request.url)).not.toContain('/elsewhere');
});

describe('refusals', () => {
  test.each<[string, OAuthProvider, number, unknown, string]>([
    ['invalid_client', generic, 401, { error: 'invalid_client' }, 'client_refused'],
    ['401 without a word', generic, 401, {}, 'client_refused'],
    ['invalid_grant', generic, 400, { error: 'invalid_grant' }, 'invalid_grant'],
    [
      'a differing redirect URI',
      generic,
      400,
      { error: 'invalid_grant', error_description: 'redirect_uri mismatch' },
      'redirect_uri_mismatch',
    ],
    ['unauthorized_client', generic, 400, { error: 'unauthorized_client' }, 'grant_not_allowed'],
    [
      'unauthorized_client of Bitbucket',
      bitbucketCloud,
      401,
      { error: 'unauthorized_client' },
      'client_refused',
    ],
    ['too many', generic, 429, {}, 'rate_limited'],
    ['503', generic, 503, { error: 'invalid_grant' }, 'provider_unavailable'],
    ['an unheard-of error', generic, 400, { error: 'constructor' }, 'request_refused'],
  ])('%s', async (_name, provider, status, body, code) => {
    answer = json(body, status);
    expect((await refusalOf(refresh(provider))).code).toBe(code);
  });

  test('Retry-After is read as seconds and as a date, and bounded', async () => {
    for (const [header, ms] of [
      ['120', 120_000],
      ['Mon, 23 Nov 2026 12:01:00 GMT', 60_000],
      ['-5', undefined],
      ['315360000', 3_600_000],
      ['soon', undefined],
    ] as const) {
      answer = (_request, response) => response.writeHead(429, { 'retry-after': header }).end();
      expect((await refusalOf(refresh())).retryAfterMs).toBe(ms);
    }
  });
});

test('authorization-code: sends code, redirect URI and verifier', async () => {
  answer = json(good);
  const endpoints = {
    authorizationUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    tokenRevocationUrl: null,
    issuer: 'https://issuer.example',
    isIssuerPromised: true,
  };
  const exchange = startExchange({ fetch, now: () => now, timeoutMs: 5000 });
  const inBody = { ...client, authentication: 'client_secret_post' } as const;
  const parts = {
    code: 'the-code',
    redirectUri: 'https://i.example/oauth_redirect.do',
    codeVerifier: 'v'.repeat(43),
  };
  const response = await authorizationCodeRequest(endpoints, inBody, parts, exchange);
  await processAuthorizationCodeAnswer(endpoints, inBody, generic, response, exchange);
  expect(Object.fromEntries(requests[0]?.body ?? [])).toEqual({
    grant_type: 'authorization_code',
    code: 'the-code',
    redirect_uri: 'https://i.example/oauth_redirect.do',
    code_verifier: 'v'.repeat(43),
    client_id: 'key',
    client_secret: client.clientSecret,
  });
  expect(requests[0]?.authorization).toBeUndefined();
});

test.each([
  [400, { error: 'invalid_grant' }, 'client_accepted'],
  [401, { error: 'invalid_client' }, 'client_refused'],
  [400, { error: 'invalid_request' }, 'inconclusive'],
  [500, {}, 'unreachable'],
])('client-check: status %i %j means %s', async (status, body, outcome) => {
  answer = json(body, status);
  const endpoints = {
    authorizationUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    tokenRevocationUrl: null,
    issuer: null,
    isIssuerPromised: true,
  };
  const exchange = startExchange({ fetch, now: () => now, timeoutMs: 5000 });
  expect((await checkClient(endpoints, client, generic, 'https://i.example/x', exchange)).outcome).toBe(
    outcome,
  );
});
