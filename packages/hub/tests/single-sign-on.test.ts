import type { Role } from '@lockkeeper/contract';
import {
  type AuthorizationServer,
  setUpFirstAdmin,
  startAuthorizationServer,
  type TestClient,
  TestClock,
  type TestHub,
  testPassword,
  useTestHub,
} from '@lockkeeper/testing';
import { Secret } from '@lockkeeper/vault';
import { expect, it, onTestFinished } from 'vitest';
import type { SingleSignOn } from '../src/access/single-sign-on.ts';

const roles = new Map<string, Role>([
  ['lockkeeper-admins', 'admin'],
  ['developers', 'viewer'],
]);

interface Person extends Record<string, unknown> {
  sub: string;
}

/** A hub whose people sign in at a real provider; `person` is who sits at the browser. */
async function rig(more: Partial<SingleSignOn> = {}, now?: () => Date) {
  const person: Person = {
    sub: 'bo',
    name: 'Bo',
    email: 'bo@example.com',
    email_verified: true,
    groups: ['developers', 'others'],
  };
  const provider = await startAuthorizationServer({
    redirectUris: ['https://lockkeeper.test/sso/callback'],
    person: () => person,
  });
  onTestFinished(() => provider.close());
  const testHub = await useTestHub({
    allowOrigins: [provider.origin],
    singleSignOn: {
      label: 'Example',
      issuer: new URL(provider.origin),
      clientId: provider.clientId,
      clientSecret: new Secret(provider.clientSecret),
      scopes: ['openid', 'email', 'profile', 'groups'],
      rolesClaim: 'groups',
      roles,
      emailDomains: [],
      localSignIn: true,
      ...more,
    },
    ...(now === undefined ? {} : { now }),
  });
  return { testHub, provider, person };
}

async function begin(browser: TestClient, purpose = 'sign_in'): Promise<string> {
  const { status, json } = await browser.post('/api/v1/session/single-sign-on', { purpose });
  expect([status, json.code]).toEqual([201, undefined]);
  return json.authorizationUrl;
}

/** @returns where the browser lands */
async function back(browser: TestClient, answer: string): Promise<string | null> {
  const { pathname, search } = new URL(answer);
  const { status, headers } = await browser.get(`${pathname}${search}`);
  expect(status).toBe(303);
  return headers.get('location');
}

async function signIn(testHub: TestHub, provider: AuthorizationServer, browser = testHub.browser()) {
  const landing = await back(browser, await provider.decide(await begin(browser), 'grant'));
  return { browser, landing };
}

it('signs somebody new in with the roles of their claim, and no password', async () => {
  const { testHub, provider } = await rig();
  expect((await testHub.browser().get('/api/v1/session/options')).json).toEqual({
    password: true,
    singleSignOn: { label: 'Example' },
  });
  const { browser, landing } = await signIn(testHub, provider);
  expect(landing).toBe('/');
  const { json } = await browser.get('/api/v1/session');
  expect(json).toMatchObject({
    user: { name: 'Bo', email: 'bo@example.com', roles: ['viewer'] },
    confirmation: 'single_sign_on',
  });
  expect((await browser.get('/api/v1/users')).status).toBe(403);
  expect(browser.cookies).not.toContain('lockkeeper-sso');
  expect((await browser.get('/api/v1/session/two-factor')).json).toEqual({
    enabled: false,
    available: false,
  });
});

it('refreshes roles at each sign-in, and ends older sessions when they change', async () => {
  const { testHub, provider, person } = await rig();
  const first = await signIn(testHub, provider);
  person.groups = ['lockkeeper-admins'];
  const second = await signIn(testHub, provider);
  expect((await second.browser.get('/api/v1/session')).json.user.roles).toEqual(['admin']);
  expect((await first.browser.get('/api/v1/session')).status).toBe(401);
  expect((await second.browser.get('/api/v1/users')).json.total).toBe(1);
});

it('lets nobody in whom the claim gives no role, and ends the session that they have', async () => {
  const { testHub, provider, person } = await rig();
  const first = await signIn(testHub, provider);
  for (const groups of [['others'], undefined, 'nobody', { admin: true }]) {
    person.groups = groups;
    const { browser, landing } = await signIn(testHub, provider);
    expect(landing).toBe('/sign-in?refused=no_role');
    expect((await browser.get('/api/v1/session')).status).toBe(401);
  }
  expect((await first.browser.get('/api/v1/session')).status).toBe(401);
});

it('lets only the listed e-mail domains in, and looks at the end of the address', async () => {
  const { testHub, provider, person } = await rig({ emailDomains: ['example.com'] });
  for (const email of ['bo@example.org', 'bo@notexample.com', 'bo@example.com.evil.org']) {
    person.email = email;
    expect((await signIn(testHub, provider)).landing).toBe('/sign-in?refused=email_domain');
  }
  person.email = 'Bo@EXAMPLE.com';
  expect((await signIn(testHub, provider)).landing).toBe('/');
});

it('an address that the provider does not vouch for takes no account over', async () => {
  const { testHub, provider, person } = await rig();
  await setUpFirstAdmin(testHub);
  Object.assign(person, { email: 'ada@example.com', email_verified: false });
  expect((await signIn(testHub, provider)).landing).toBe('/sign-in?refused=email_unverified');
  person.email_verified = true;
  const { browser, landing } = await signIn(testHub, provider);
  expect([landing, (await browser.get('/api/v1/session')).json.user.email]).toEqual(['/', 'ada@example.com']);
});

it("an answer counts once, and only in the browser that asked: nobody signs in as somebody else's guest", async () => {
  const { testHub, provider } = await rig();
  const attacker = testHub.browser();
  const answer = await provider.decide(await begin(attacker), 'grant');
  const victim = testHub.browser();
  await begin(victim);
  expect(await back(victim, answer)).toBe('/sign-in?refused=expired');
  expect((await victim.get('/api/v1/session')).status).toBe(401);
  // Taken by the attempt: not even the browser that asked can use it now.
  expect(await back(attacker, answer)).toBe('/sign-in?refused=expired');

  const { browser } = await signIn(testHub, provider);
  expect(await back(browser, 'https://lockkeeper.test/sso/callback?code=x&state=invented')).toBe(
    '/sign-in?refused=expired',
  );
});

it('refuses a forged code, a cancelled sign-in and an answer that names another issuer', async () => {
  const { testHub, provider } = await rig();
  const change = async (alter: (answer: URL) => void, decision: 'grant' | 'cancel' = 'grant') => {
    const browser = testHub.browser();
    const answer = new URL(await provider.decide(await begin(browser), decision));
    alter(answer);
    return back(browser, answer.href);
  };
  expect(await change(({ searchParams }) => searchParams.set('code', 'forged'))).toBe(
    '/sign-in?refused=provider',
  );
  expect(await change(() => {}, 'cancel')).toBe('/sign-in?refused=provider');
  expect(await change(({ searchParams }) => searchParams.set('iss', 'https://evil.example.com'))).toBe(
    '/sign-in?refused=provider',
  );
  expect(testHub.log.join()).not.toContain(provider.clientSecret);
});

it('sends PKCE, a nonce and a state, and keeps only the hash of the state', async () => {
  const { testHub } = await rig();
  const url = new URL(await begin(testHub.browser()));
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    redirect_uri: 'https://lockkeeper.test/sso/callback',
  });
  const rows = await testHub.database.db.selectFrom('sso_requests').selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(url.searchParams.get('state'));
});

it('WB-09: people without a password here confirm at the provider', async () => {
  // The provider's clock is the real one; the session is older than it.
  const clock = new TestClock(new Date(Date.now() - 11 * 60_000));
  const { testHub, provider, person } = await rig({}, clock.now);
  person.groups = ['lockkeeper-admins'];
  const { browser } = await signIn(testHub, provider);
  clock.advance(11 * 60_000);
  const exported = () => browser.post('/api/v1/audit-entries/export', { format: 'jsonl' });
  expect((await exported()).json.code).toBe('access.step_up_required');
  // Somebody else at the same browser confirms nothing.
  person.sub = 'eve';
  const other = await begin(browser, 'confirm');
  expect(await back(browser, await provider.decide(other, 'grant'))).toBe('/sign-in?refused=not_confirmed');
  expect((await exported()).json.code).toBe('access.step_up_required');
  person.sub = 'bo';
  const url = await begin(browser, 'confirm');
  expect(new URL(url).searchParams.get('prompt')).toBe('login');
  expect(await back(browser, await provider.decide(url, 'grant'))).toBe('/confirmed');
  expect((await exported()).status).toBe(200);
});

it('passwords can be turned off', async () => {
  const { testHub } = await rig({ localSignIn: false });
  const { status, json } = await testHub
    .browser()
    .post('/api/v1/session', { email: 'ada@example.com', password: testPassword });
  expect([status, json.code]).toEqual([403, 'access.local_sign_in_off']);
});

it('without a provider there is nothing to begin', async () => {
  const testHub = await useTestHub();
  const browser = testHub.browser();
  expect((await browser.get('/api/v1/session/options')).json.singleSignOn).toBeNull();
  expect((await browser.post('/api/v1/session/single-sign-on', {})).status).toBe(404);
  expect((await browser.get('/sso/callback?code=x&state=y')).status).toBe(404);
});
