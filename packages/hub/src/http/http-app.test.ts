import { connect } from 'node:net';
import { type Role, role } from '@lockkeeper/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLogger } from '../log.ts';
import { createHttpApp, type HttpAppOptions } from './http-app.ts';
import type { HttpApp } from './http-app-type.ts';
import { HubError } from './hub-error.ts';
import type { RequestPrincipal } from './principal.ts';
import type { RoutePolicy } from './route-policy.ts';

const policy = {
  'GET /api/v1/openapi.json': 'public',
  'POST /api/v1/things': ['admin'],
  'GET /api/v1/things': ['admin', 'viewer'],
  'GET /api/v1/broken': 'public',
  'GET /api/v1/mine': 'signed-in',
} satisfies RoutePolicy;
const thing = z.strictObject({ name: z.string().min(1, 'must not be empty'), count: z.int().max(9) });

let app: HttpApp | undefined;
afterEach(() => app?.close());

async function start(options: Partial<HttpAppOptions> = {}) {
  const lines: string[] = [];
  const denied: string[] = [];
  app = await createHttpApp({
    publicUrl: new URL('https://lockkeeper.example'),
    logger: createLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
    version: '0.0.0',
    sessionCookie: '__Host-lockkeeper',
    policy,
    authenticate: async (request) => {
      const asked = role.safeParse(request.headers['x-role']);
      return asked.success ? keyWith(asked.data) : undefined;
    },
    onDenied: async (_request, principal) => void denied.push(principal.id),
    ...options,
  });
  app.post('/api/v1/things', { schema: { body: thing, response: { 201: thing } } }, async (request, reply) =>
    reply.code(201).send(request.body),
  );
  app.get('/api/v1/things', async () => ({ items: [] }));
  app.get('/api/v1/mine', async () => ({ items: [] }));
  app.get('/api/v1/broken', async () => {
    throw new Error('canary-internal-detail', { cause: new Error('canary-cause') });
  });
  await app.ready();
  return { app, lines, denied };
}

function keyWith(one: Role): RequestPrincipal {
  return { kind: 'api_key', id: `key_${one}`, name: one, roles: [one], toolIds: [], mayWrite: false };
}

describe('refusals', () => {
  it.each([
    ['a NUL character', '{"name":"a\\u0000b","count":1}', ['name']],
    ['half of a surrogate pair', '{"name":"\\uD800","count":1}', ['name']],
    ['either in the name of a field', '{"name":"a","count":1,"\\udfff":{}}', ['']],
    ['both, deep down', '[{"a":["\\udc00\\ud800"],"b":"\\u0000"}]', ['0.a.0', '0.b']],
  ])('WB-11: %s cannot be stored, and the field says so', async (_what, payload, fields) => {
    const { app } = await start();
    const headers = { 'content-type': 'application/json', 'x-role': 'admin' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/things', headers, payload });
    const { code, errors } = answer.json();
    expect([answer.statusCode, code]).toEqual([400, 'request.invalid']);
    expect(errors).toEqual(
      fields.map((field) => expect.objectContaining({ field, code: 'unstorable_text' })),
    );
  });

  it('stores an emoji that is written as its surrogate pair', async () => {
    const { app } = await start();
    const headers = { 'content-type': 'application/json', 'x-role': 'admin' };
    const payload = '{"name":"\\ud83d\\ude00","count":1}';
    const answer = await app.inject({ method: 'POST', url: '/api/v1/things', headers, payload });
    expect([answer.statusCode, answer.json().name]).toEqual([201, '😀']);
  });

  it('names every field that needs a change and says why', async () => {
    const { app } = await start();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/things',
      headers: { 'x-role': 'admin' },
      payload: { name: '', extra: 1 },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      type: 'urn:lockkeeper:problem:request.invalid',
      code: 'request.invalid',
      requestId: answer.headers['x-request-id'],
      errors: [
        { field: 'name', code: 'too_small', message: 'must not be empty' },
        { field: 'count', code: 'invalid_type', message: 'is required' },
        { field: 'extra', code: 'unknown_field', message: 'is no field of this request: leave it out' },
      ],
    });
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'name=x', 415, 'request.media_type'],
    ['text', 'text/plain', '{"name":"x","count":1}', 415, 'request.media_type'],
    ['broken JSON', 'application/json', '{"name":', 400, 'request.malformed'],
    ['a poisoned prototype', 'application/json', '{"__proto__":{"x":1}}', 400, 'request.malformed'],
    ['an oversized body', 'application/json', `"${'x'.repeat(300_000)}"`, 413, 'request.too_large'],
  ])('WB-12: refuses %s', async (_name, type, payload, status, code) => {
    const { app } = await start();
    const headers = { 'x-role': 'admin', 'content-type': type };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/things', headers, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  it('WB-12: refuses JSON that nests deep, without falling over', async () => {
    const { app } = await start();
    const headers = { 'x-role': 'admin', 'content-type': 'application/json' };
    const depth = 100_000;
    for (const payload of [
      `${'['.repeat(depth)}${']'.repeat(depth)}`,
      `${'{"name":'.repeat(depth / 4)}1${'}'.repeat(depth / 4)}`,
      `{"name":"x","count":1,"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    ]) {
      const answer = await app.inject({ method: 'POST', url: '/api/v1/things', headers, payload });
      expect(answer.statusCode).toBe(400);
    }
    expect((await app.inject({ url: '/api/v1/things', headers })).statusCode).toBe(200);
  });

  it.each([
    ['a head', 'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    [
      'a body',
      'POST /api/v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nx-role: admin\r\nContent-Length: 100\r\n\r\n{',
    ],
  ])('WB-12: does not wait for ever for %s that comes slowly', async (_name, beginning) => {
    const { app } = await start({
      serverLimits: { requestTimeout: 200, headersTimeout: 150, connectionsCheckingInterval: 50 },
    });
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1', () => void socket.write(beginning));
    const drip = setInterval(() => socket.write(' '), 20);
    socket.on('error', () => {});
    const text = await new Promise<string>((resolve) => {
      let received = '';
      socket.on('data', (data) => {
        received += String(data);
      });
      socket.on('close', () => resolve(received));
    });
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('answers an error of its own with a request id and nothing else, and logs the cause once', async () => {
    const { app, lines } = await start();
    const answer = await app.inject('/api/v1/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('canary');
    const logged = lines.filter((line) => line.includes('canary-cause'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(answer.json().requestId);
  });

  it('answers an unknown address and a malformed one as problems', async () => {
    const { app } = await start();
    expect((await app.inject('/api/v1/nothing')).json()).toMatchObject({
      code: 'route.unknown',
      status: 404,
    });
    expect((await app.inject('/api/v1/%zz')).json()).toMatchObject({
      code: 'request.malformed',
      status: 400,
    });
  });

  it('keeps the code and headers of a HubError', () => {
    const error = new HubError('record.name_taken', { detail: 'Choose another name.' });
    expect([error.status, error.message]).toEqual([409, 'Choose another name.']);
  });
});

describe('authorization', () => {
  it('WB-07: does not start with a route that the policy does not list', async () => {
    const { 'GET /api/v1/things': _, ...incomplete } = policy;
    await expect(start({ policy: incomplete })).rejects.toThrow('GET /api/v1/things is not in');
  });

  it('tells 401 from 403 and reports who was denied', async () => {
    const { app, denied } = await start();
    const get = (headers = {}) => app.inject({ url: '/api/v1/things', headers });
    expect((await get()).json()).toMatchObject({ status: 401, code: 'access.unauthenticated' });
    expect((await get({ 'x-role': 'integration' })).json()).toMatchObject({
      status: 403,
      code: 'access.denied',
    });
    expect((await get({ 'x-role': 'viewer' })).statusCode).toBe(200);
    expect(denied).toEqual(['key_integration']);
    expect((await app.inject({ url: '/api/v1/mine', headers: { 'x-role': 'integration' } })).statusCode).toBe(
      200,
    );
    expect((await app.inject('/api/v1/mine')).statusCode).toBe(401);
  });

  it.each([
    ['a foreign Origin', { origin: 'https://evil.example' }, 403],
    [
      'a foreign Origin beside our cookie',
      { origin: 'https://evil.example', cookie: '__Host-lockkeeper=x' },
      403,
    ],
    [
      'our Origin over plain http',
      { origin: 'http://lockkeeper.example', cookie: '__Host-lockkeeper=x' },
      403,
    ],
    ['Origin: null', { origin: 'null', cookie: '__Host-lockkeeper=x' }, 403],
    ['our cookie without Origin', { cookie: '__Host-lockkeeper=x' }, 403],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }, 403],
    [
      'our cookie and our Origin',
      { origin: 'https://lockkeeper.example', cookie: '__Host-lockkeeper=x' },
      201,
    ],
    ['no cookie and no Origin, as programs send it', {}, 201],
  ])('WB-03: a change with %s', async (_name, headers, status) => {
    const { app } = await start();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/things',
      headers: { 'x-role': 'admin', ...headers },
      payload: { name: 'x', count: 1 },
    });
    expect(answer.statusCode).toBe(status);
  });
});

describe('headers and log', () => {
  it('WB-04: sends a strict policy, HSTS of a year with subdomains, and no framing', async () => {
    const { app } = await start();
    const { headers } = await app.inject('/api/v1/openapi.json');
    const csp = String(headers['content-security-policy']);
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("script-src 'self';");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('promises no TLS where the public address has none', async () => {
    const { app } = await start({ publicUrl: new URL('http://127.0.0.1:8080') });
    const { headers } = await app.inject('/api/v1/openapi.json');
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
  });

  it('logs no query string, no header and no body, and keeps control characters escaped', async () => {
    const { app, lines } = await start();
    await app.inject({
      method: 'POST',
      url: '/api/v1/things?code=canary-code',
      headers: { authorization: 'Bearer canary-key', 'x-role': 'admin', cookie: 'a=canary-cookie' },
      payload: { name: 'canary-\u001b[31m\r\nname', count: 1 },
    });
    const log = lines.join('');
    expect(log).toContain('/api/v1/things');
    expect(log).not.toContain('canary');
    for (const line of lines) expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
  });
});
