import { expect, test } from 'vitest';
import { startSandbox, tokensOf } from './test-sandbox.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const refreshForm = (refresh_token: string | undefined) => ({
  grant_type: 'refresh_token',
  refresh_token: refresh_token ?? '',
});

test('a code gives tokens once, in time, to its own client', async () => {
  const { consumer, code, token, clock } = await startSandbox();
  const own = consumer();
  const text = await code(own);
  const form = { grant_type: 'authorization_code', code: text };
  const answer = await token(own, form);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toMatchObject({
    scope: 'account project webhook pullrequest',
    expires_in: 3600,
    token_type: 'bearer',
    state: 'authorization_code',
  });
  const refused = { error: 'invalid_grant', error_description: 'The specified code is not valid.' };
  expect((await token(own, form)).body).toEqual(refused);
  expect((await token(consumer(), { ...form, code: await code(own) })).body).toEqual(refused);
  const late = await code(own);
  clock.advance(10 * MINUTE);
  expect((await token(own, { ...form, code: late })).body).toEqual(refused);
});

test('a client that does not prove itself is an unauthorized_client', async () => {
  const { consumer, code, token, sandbox } = await startSandbox();
  const own = consumer();
  const form = { grant_type: 'authorization_code', code: await code(own) };
  const invalid = { error_description: 'Invalid OAuth client credentials', error: 'unauthorized_client' };
  expect(await token(own, form, {})).toMatchObject({
    status: 400,
    body: {
      error_description: 'Requests must be authenticated using OAuth client credentials',
      error: 'unauthorized_client',
    },
  });
  expect((await token({ ...own, secret: 'wrong' }, form)).body).toEqual(invalid);
  expect((await token({ ...own, key: 'unknown' }, form)).body).toEqual(invalid);
  sandbox.switches.tokenErrorStatus = 401;
  expect((await token({ ...own, secret: 'wrong' }, form)).status).toBe(401);
});

test('accepts key and secret in the body, and the inspection tells', async () => {
  const { consumer, code, token, sandbox } = await startSandbox();
  const own = consumer();
  const form = { grant_type: 'authorization_code', client_id: own.key, client_secret: own.secret };
  tokensOf(await token(own, { ...form, code: await code(own) }, {}));
  tokensOf(await token(own, { grant_type: 'authorization_code', code: await code(own) }));
  expect(sandbox.inspection.tokenRequests()).toMatchObject([
    { clientAuthentication: 'body', consumerKey: own.key, outcome: 'ok' },
    { clientAuthentication: 'basic', consumerKey: own.key, outcome: 'ok' },
  ]);
});

test('an unknown or absent grant, and a body in JSON, are an unsupported grant type', async () => {
  const { origin, consumer, token } = await startSandbox();
  const own = consumer();
  const none = { error: 'invalid_grant', error_description: 'Unsupported grant type: None' };
  expect((await token(own, {})).body).toEqual(none);
  expect((await token(own, { grant_type: 'password' })).body).toEqual({
    error: 'invalid_grant',
    error_description: 'Unsupported grant type: password',
  });
  for (const type of ['application/json', 'text/plain']) {
    const response = await fetch(`${origin}/site/oauth2/access_token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${own.key}:${own.secret}`)}`, 'content-type': type },
      body: '{"grant_type":"client_credentials"}',
    });
    expect(await response.json()).toEqual(none);
  }
});

test('client credentials: private consumers only, no refresh token, and only their own workspace', async () => {
  const { consumer, token, origin } = await startSandbox();
  const form = { grant_type: 'client_credentials' };
  expect((await token(consumer(), form)).body).toMatchObject({ error: 'unauthorized_client' });
  const answer = await token(consumer({ isPrivate: true, name: 'Robot' }), form);
  expect(answer.body).not.toHaveProperty('refresh_token');
  const headers = { authorization: `Bearer ${tokensOf(answer).access_token}` };
  const get = async (path: string) => (await fetch(`${origin}/2.0${path}`, { headers })).json();
  expect(await get('/user')).toMatchObject({ type: 'app_user', display_name: 'Robot' });
  expect(await get('/user/workspaces')).toMatchObject({
    values: [{ workspace: { slug: 'northwind-robotics' } }],
  });
  expect(await get('/repositories/lumen-health')).toMatchObject({ type: 'error' });
});

test('a refresh rotates the token; the old one works for the grace period and then never again', async () => {
  const { connect, token, clock } = await startSandbox({ switches: { misleadingUnauthorizedClient: false } });
  const { consumer, refreshToken } = await connect();
  const first = tokensOf(await token(consumer, refreshForm(refreshToken)));
  expect(first.refresh_token).not.toBe(refreshToken);
  clock.advance(10 * MINUTE);
  tokensOf(await token(consumer, refreshForm(refreshToken)));
  clock.advance(1);
  expect((await token(consumer, refreshForm(refreshToken))).body).toEqual({
    error: 'invalid_grant',
    error_description: 'Invalid refresh_token',
  });
  tokensOf(await token(consumer, refreshForm(first.refresh_token)));
});

test('switch refreshTokenRotation: same answers with the same token, omit with none', async () => {
  const { connect, token, sandbox, clock } = await startSandbox();
  const { consumer, refreshToken } = await connect();
  for (const [rotation, expected] of [
    ['same', refreshToken],
    ['omit', undefined],
  ] as const) {
    sandbox.switches.refreshTokenRotation = rotation;
    expect(tokensOf(await token(consumer, refreshForm(refreshToken))).refresh_token).toBe(expected);
    clock.advance(DAY);
  }
});

test('switches misleadingUnauthorizedClient and lockOutMinutes: good tokens are refused too, for a while', async () => {
  const { connect, token, clock, sandbox } = await startSandbox({ switches: { refreshGraceSeconds: 0 } });
  const one = await connect();
  const other = await connect();
  const next = tokensOf(await token(one.consumer, refreshForm(one.refreshToken))).refresh_token;
  clock.advance(1);
  const misleading = { error_description: 'Invalid OAuth client credentials', error: 'unauthorized_client' };
  expect((await token(one.consumer, refreshForm(one.refreshToken))).body).toEqual(misleading);
  expect((await token(one.consumer, refreshForm(next))).body).toEqual(misleading);
  expect((await one.get('/user')).status).toBe(200);
  tokensOf(await token(other.consumer, refreshForm(other.refreshToken)));
  clock.advance(3 * MINUTE);
  const third = tokensOf(await token(one.consumer, refreshForm(next))).refresh_token;
  sandbox.switches.lockOutMinutes = 0;
  clock.advance(1);
  expect((await token(one.consumer, refreshForm(next))).body).toEqual(misleading);
  tokensOf(await token(one.consumer, refreshForm(third)));
});

test('a refresh token that nobody used for three months is dead', async () => {
  const { connect, token, clock } = await startSandbox();
  const { consumer, refreshToken } = await connect();
  clock.advance(90 * DAY + 1);
  expect((await token(consumer, refreshForm(refreshToken))).body).toMatchObject({
    error: 'unauthorized_client',
  });
});

test('switch scopeField: scope, scopes or both', async () => {
  const { consumer, code, token, sandbox } = await startSandbox();
  const own = consumer({ scopes: ['account', 'webhook'] });
  const fields = async () => {
    const body = tokensOf(await token(own, { grant_type: 'authorization_code', code: await code(own) }));
    return [body.scope, body.scopes];
  };
  expect(await fields()).toEqual(['account webhook', undefined]);
  sandbox.switches.scopeField = 'scopes';
  expect(await fields()).toEqual([undefined, 'account webhook']);
  sandbox.switches.scopeField = 'both';
  expect(await fields()).toEqual(['account webhook', 'account webhook']);
});

test('switch longTokens: access tokens of more than 2,500 characters, which must be sent whole', async () => {
  const { connect, sandbox, origin } = await startSandbox();
  const { accessToken, get } = await connect();
  expect(accessToken.length).toBeGreaterThan(2500);
  for (const cut of [64, 255, 2000, accessToken.length - 1]) {
    const headers = { authorization: `Bearer ${accessToken.slice(0, cut)}` };
    expect((await fetch(`${origin}/2.0/user`, { headers })).status).toBe(401);
  }
  sandbox.switches.longTokens = false;
  expect((await connect()).accessToken).toMatch(/^\w{64}$/);
  expect((await get('/user')).status).toBe(200);
});

test('switch accessTokenLifeSeconds: an expired token says so', async () => {
  const { connect, clock, sandbox } = await startSandbox({ switches: { accessTokenLifeSeconds: 7200 } });
  const { get } = await connect();
  clock.advance(7200_000 - 1);
  expect((await get('/user')).status).toBe(200);
  clock.advance(1);
  expect(await get('/user')).toMatchObject({
    status: 401,
    body: {
      error: { message: 'Access token expired. Use your refresh token to obtain a new access token.' },
    },
  });
  const later = await connect();
  sandbox.expireAccessTokens();
  expect((await later.get('/user')).status).toBe(401);
});

test('a deleted consumer takes its tokens with it, and permissions ticked later need a new consent', async () => {
  const { connect, token, sandbox, origin } = await startSandbox();
  const { consumer, get, refreshToken } = await connect(['account']);
  const response = await fetch(`${origin}/account/signin/`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ user: 'mara' }),
  });
  const headers = { cookie: response.headers.get('set-cookie') ?? '', accept: 'application/json' };
  const own = `${origin}/northwind-robotics/workspace/settings/oauth-consumers/${consumer.id}`;
  await fetch(own, { method: 'POST', headers, body: new URLSearchParams({ name: 'x', scope: 'webhook' }) });
  expect(sandbox.consumers()[0]?.scopes).toEqual(['webhook']);
  expect(tokensOf(await token(consumer, refreshForm(refreshToken))).scope).toBe('account');
  expect((await fetch(`${own}/delete`, { method: 'POST', headers })).status).toBe(204);
  expect((await get('/user')).status).toBe(401);
});
