import { expect, test } from 'vitest';
import { createSandbox } from '../src/index.ts';
import { startSandbox, tokensOf } from './test-sandbox.ts';

const MINUTE = 60_000;
const list = '/repositories/northwind-robotics';

test('switch rateLimitPerHour: a rolling hour for each user, on repositories only', async () => {
  const { connect, clock } = await startSandbox({ switches: { rateLimitPerHour: 2 } });
  const mara = await connect();
  const jonas = await connect(undefined, 'jonas');
  expect((await mara.get(list)).status).toBe(200);
  clock.advance(30 * MINUTE);
  expect((await mara.get(list)).status).toBe(200);
  const refused = await mara.get(list);
  expect(refused).toMatchObject({ status: 429, body: { type: 'error' } });
  expect([...refused.headers.keys()].filter((name) => /ratelimit|retry/.test(name))).toEqual([]);
  expect((await mara.get('/user')).status).toBe(200);
  expect((await jonas.get(list)).status).toBe(200);
  clock.advance(29 * MINUTE);
  expect((await mara.get(list)).status).toBe(429);
});

test('switches rateLimitHeaders and retryAfter: seconds that remain, not a time', async () => {
  const switches = { rateLimitPerHour: 2, rateLimitHeaders: true, retryAfter: true };
  const { connect, clock } = await startSandbox({ switches });
  const { get } = await connect();
  const first = await get(list);
  expect(first.headers.get('x-ratelimit-limit')).toBe('2, 2;w=3600');
  expect(first.headers.get('x-ratelimit-nearlimit')).toBe('false');
  clock.advance(10 * MINUTE);
  const second = await get(list);
  expect(second.headers.get('x-ratelimit-reset')).toBe('3000');
  expect(second.headers.get('x-ratelimit-nearlimit')).toBe('true');
  const refused = await get(list);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3000']);
});

test('a fault is met by the next request that fits, and used up', async () => {
  const { connect, sandbox } = await startSandbox();
  const { get } = await connect();
  sandbox.failNext({ path: '/2.0/user', status: 503, body: { type: 'error', error: { message: 'Out' } } });
  sandbox.failNext({
    path: '/2.0/repositories/*',
    status: 429,
    headers: { 'retry-after': '7' },
    body: {},
    times: 2,
  });
  expect(await get('/user')).toMatchObject({ status: 503, body: { error: { message: 'Out' } } });
  expect((await get('/user')).status).toBe(200);
  expect((await get(list)).headers.get('retry-after')).toBe('7');
  expect((await get(`${list}/platform-api`)).status).toBe(429);
  expect((await get(list)).status).toBe(200);
});

test('a fault may answer what is not JSON, wait, or hang up before the work', async () => {
  const { connect, sandbox } = await startSandbox();
  const { get } = await connect();
  const headers = { 'content-type': 'text/html' };
  sandbox.failNext({ path: '/2.0/user', status: 502, headers, body: '<h1>Bad gateway</h1>' });
  expect((await get('/user')).body).toBe('<h1>Bad gateway</h1>');
  sandbox.failNext({ path: '/2.0/user', hangup: 'before' });
  await expect(get('/user')).rejects.toThrow('fetch failed');
  sandbox.failNext({ path: '/2.0/user', delayMs: 30 });
  const start = performance.now();
  expect((await get('/user')).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(25);
});

test('hanging up after the work: the refresh token has rotated, and nobody has the new one', async () => {
  const { connect, sandbox, token, clock } = await startSandbox();
  const { consumer, refreshToken } = await connect();
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  sandbox.failNext({ path: '/site/oauth2/access_token', hangup: 'after' });
  await expect(token(consumer, form)).rejects.toThrow('fetch failed');
  expect(sandbox.inspection.tokenRequests().at(-1)).toMatchObject({
    grantType: 'refresh_token',
    outcome: 'ok',
  });
  tokensOf(await token(consumer, form));
  clock.advance(11 * MINUTE);
  expect((await token(consumer, form)).status).toBe(400);
});

test('the control page shows data and switches, and changes them', async () => {
  const { origin, sandbox } = await startSandbox();
  const page = await (await fetch(`${origin}/sandbox`)).text();
  for (const text of [
    'Northwind Robotics',
    'Mara Lindqvist',
    '<label for="pkce">Pkce</label>',
    'value="exact"',
  ])
    expect(page).toContain(text);
  const form = new URLSearchParams({
    pkce: 'ignore',
    longTokens: 'false',
    lockOutMinutes: '5',
    tokenErrorStatus: '401',
  });
  const saved = await fetch(`${origin}/sandbox/switches`, { method: 'POST', body: form, redirect: 'manual' });
  expect(saved.status).toBe(303);
  expect(sandbox.switches).toMatchObject({
    pkce: 'ignore',
    longTokens: false,
    lockOutMinutes: 5,
    tokenErrorStatus: 401,
  });
});

test('programs read and change switches, add faults and see the state', async () => {
  const { origin, sandbox, connect } = await startSandbox();
  const { get } = await connect();
  const headers = { 'content-type': 'application/json' };
  const patch = (body: object) =>
    fetch(`${origin}/sandbox/switches`, { method: 'PATCH', headers, body: JSON.stringify(body) });
  expect(await (await patch({ scopeField: 'both' })).json()).toMatchObject({ scopeField: 'both' });
  expect(await (await fetch(`${origin}/sandbox/switches`)).json()).toEqual(sandbox.switches);
  for (const wrong of [{ scopeField: 'none' }, { noSuchSwitch: true }, { maxPagelen: 'many' }])
    expect((await patch(wrong)).status).toBe(400);
  expect(sandbox.switches.scopeField).toBe('both');
  const fault = JSON.stringify({ path: '/2.0/user', status: 500, body: {} });
  await fetch(`${origin}/sandbox/faults`, { method: 'POST', headers, body: fault });
  expect((await get('/user')).status).toBe(500);
  const state = await (await fetch(`${origin}/sandbox/state`)).text();
  expect(JSON.parse(state)).toMatchObject({ workspaces: [{ repositories: 40 }, { repositories: 20 }] });
  for (const { secret } of sandbox.consumers()) expect(state).not.toContain(secret);
});

test('options that make no sense and a taken port are refused', async () => {
  await expect(createSandbox({ workspaces: 0 })).rejects.toThrow();
  await expect(createSandbox({ repositories: -1 })).rejects.toThrow();
  const { origin } = await startSandbox();
  const second = await createSandbox();
  const port = Number(new URL(origin).port);
  await expect(second.listen({ port })).rejects.toThrow(
    `The sandbox cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
  );
  await second.close();
});
