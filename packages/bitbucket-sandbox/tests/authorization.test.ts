import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createVisitor } from '../src/index.ts';
import { callback, startSandbox, tokensOf } from './test-sandbox.ts';

const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');

async function visit(origin: string, query: Record<string, string>, user = 'mara') {
  const visitor = createVisitor(origin);
  await visitor.signIn(user);
  const url = `/site/oauth2/authorize?${new URLSearchParams({ response_type: 'code', ...query })}`;
  return (decision: 'grant' | 'cancel') => visitor.decide(url, decision);
}

test('sends somebody who is not signed in to sign in first, and back', async () => {
  const { origin, consumer } = await startSandbox();
  const path = `/site/oauth2/authorize?client_id=${consumer().key}&response_type=code&state=a%26b`;
  const response = await fetch(origin + path, { redirect: 'manual' });
  expect(response.headers.get('location')).toBe(`/account/signin/?next=${encodeURIComponent(path)}`);
});

test('the consent page names the consumer, the user and each permission, and has both buttons', async () => {
  const { origin, consumer } = await startSandbox();
  const { key } = consumer({ name: '<Keeper>' });
  const signedIn = await fetch(`${origin}/account/signin/`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ user: 'mara' }),
  });
  const cookie = signedIn.headers.get('set-cookie') ?? '';
  const response = await fetch(`${origin}/site/oauth2/authorize?client_id=${key}&response_type=code`, {
    headers: { cookie },
  });
  const page = await response.text();
  for (const text of ['&lt;Keeper&gt;', 'Mara Lindqvist', 'Account: Read', 'Webhooks: Read and write'])
    expect(page).toContain(text);
  expect(page).toMatch(/value="grant">Grant access<.*value="cancel">Cancel</s);
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});

test('granting redirects with code and state, cancelling with access_denied', async () => {
  const { origin, consumer, sandbox } = await startSandbox();
  const decide = await visit(origin, { client_id: consumer().key, state: 'a&b=c' });
  const granted = new URL(await decide('grant'));
  expect(granted.origin + granted.pathname).toBe(callback);
  expect(granted.searchParams.get('state')).toBe('a&b=c');
  expect(granted.searchParams.get('code')).toMatch(/^\w{18}$/);
  const cancelled = new URL(await decide('cancel'));
  expect(cancelled.searchParams.get('error')).toBe('access_denied');
  expect(cancelled.searchParams.get('state')).toBe('a&b=c');
  expect(sandbox.grants()).toHaveLength(1);
});

test('an unknown client, a foreign redirect_uri and a missing Callback URL get a page and no redirect', async () => {
  const { origin, consumer } = await startSandbox();
  const misconfigured = 'This integration is misconfigured. Contact the vendor for assistance.';
  const { key } = consumer();
  const unknown = await visit(origin, { client_id: 'unknown' });
  await expect(unknown('grant')).rejects.toThrow(`Invalid client_id ${misconfigured}`);
  for (const redirect_uri of [
    'https://evil.example/oauth_redirect.do',
    'https://instance.example/oauth_redirect.do.evil',
    'https://instance.example/oauth_redirect.do/../x',
    'http://instance.example/oauth_redirect.do',
    'https://instance.example@evil.example/oauth_redirect.do',
    'nonsense',
  ]) {
    const decide = await visit(origin, { client_id: key, redirect_uri });
    await expect(decide('grant'), redirect_uri).rejects.toThrow(`Invalid redirect_uri ${misconfigured}`);
  }
  const bare = await visit(origin, { client_id: consumer({ callbackUrl: '' }).key });
  await expect(bare('grant')).rejects.toThrow('No callback uri defined for the OAuth client.');
});

test('switch redirectUri: a longer redirect_uri is permitted by prefix and refused by exact', async () => {
  const { origin, consumer, sandbox } = await startSandbox();
  const decide = await visit(origin, { client_id: consumer().key, redirect_uri: `${callback}/app_1?x=1` });
  expect(await decide('grant')).toMatch(`${callback}/app_1?x=1&code=`);
  sandbox.switches.redirectUri = 'exact';
  await expect(decide('grant')).rejects.toThrow('Invalid redirect_uri');
});

test('the redirect_uri of the authorization request must come again with the code', async () => {
  const { consumer, code, token } = await startSandbox();
  const own = consumer();
  const form = { grant_type: 'authorization_code', redirect_uri: `${callback}/1` };
  const good = await code(own, { redirect_uri: `${callback}/1` });
  tokensOf(await token(own, { ...form, code: good }));
  const bad = await code(own, { redirect_uri: `${callback}/2` });
  expect((await token(own, { ...form, code: bad })).body).toMatchObject({ error: 'invalid_grant' });
});

test('only the response type code is supported', async () => {
  const { origin, consumer } = await startSandbox();
  const decide = await visit(origin, { client_id: consumer().key, response_type: 'token', state: 's' });
  expect(await decide('grant')).toMatch(/\?error=unsupported_response_type&.*&state=s$/);
});

test('switch pkce: verify holds the verifier against the challenge, ignore does not', async () => {
  const { consumer, code, token, sandbox } = await startSandbox();
  const own = consumer();
  const redeem = async (code_verifier: Record<string, string>) => {
    const text = await code(own, { code_challenge: challenge, code_challenge_method: 'S256' });
    return token(own, { grant_type: 'authorization_code', code: text, ...code_verifier });
  };
  expect((await redeem({ code_verifier: verifier })).status).toBe(200);
  expect((await redeem({ code_verifier: 'w'.repeat(43) })).body).toMatchObject({ error: 'invalid_grant' });
  expect((await redeem({})).body).toMatchObject({ error: 'invalid_grant' });
  const plain = await code(own, { code_challenge: verifier, code_challenge_method: 'plain' });
  expect(plain).toContain('error=invalid_request');
  sandbox.switches.pkce = 'ignore';
  expect((await redeem({ code_verifier: 'w'.repeat(43) })).status).toBe(200);
});

test('a private consumer refuses users from outside its workspace, at the callback or with a page', async () => {
  const { origin, consumer, sandbox } = await startSandbox();
  const { key } = consumer({ isPrivate: true });
  expect(await (await visit(origin, { client_id: key }, 'jonas'))('grant')).toContain('?code=');
  const outside = await visit(origin, { client_id: key, state: 's' }, 'sam');
  const refused = new URL(await outside('grant'));
  expect(refused.searchParams.get('error')).toBe('unauthorized_client');
  expect(refused.searchParams.get('error_description')).toContain('This is a private consumer');
  expect(refused.searchParams.get('state')).toBe('s');
  sandbox.switches.privateConsumerRefusal = 'page';
  await expect(outside('grant')).rejects.toThrow('This is a private consumer');
});

test('a user revokes an application: its tokens are dead', async () => {
  const { origin, connect, token, sandbox } = await startSandbox();
  const { get, refreshToken, consumer } = await connect();
  const signedIn = await fetch(`${origin}/account/signin/`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ user: 'mara' }),
  });
  const headers = { cookie: signedIn.headers.get('set-cookie') ?? '' };
  const path = `${origin}/account/settings/app-authorizations`;
  expect(await (await fetch(path, { headers })).text()).toContain(consumer.name);
  await fetch(`${path}/${sandbox.grants()[0]?.id}/revoke`, { method: 'POST', headers, redirect: 'manual' });
  expect((await get('/user')).status).toBe(401);
  const refreshed = await token(consumer, { grant_type: 'refresh_token', refresh_token: refreshToken });
  expect(refreshed.body).toMatchObject({ error: 'unauthorized_client' });
});
