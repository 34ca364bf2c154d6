import { authorizationStarted } from '@lockkeeper/contract';
import { TestClock, testPassword } from '@lockkeeper/testing';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import {
  beginAndDecide,
  getOAuthToken,
  openCallback,
  providerKinds,
  type Rig,
  startSandboxProvider,
  tokenOf,
  useRig,
} from './provider-rig.ts';

/** `fetch` sends no Host header of one's own. */
function spoofed({ admin, testHub }: Rig, method: 'GET' | 'POST', path: string) {
  return request(new URL(path, testHub.address), {
    method,
    headers: {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      cookie: admin.cookies,
      origin: testHub.publicUrl.origin,
    },
  });
}

const refusedTitle = /<h1>.*?<\/svg>(.*?)<\/h1>/;

describe.each(providerKinds)('Get OAuth Token at $name', ({ start }) => {
  test('B.12: consents, comes back, and the record shows the token and its end', async () => {
    const rig = await useRig(await start());
    expect(await tokenOf(rig)).toMatchObject({ state: 'none', version: 0 });
    await getOAuthToken(rig);
    const token = await tokenOf(rig);
    expect(token).toMatchObject({ state: 'available', version: 1, hasRefreshToken: true, problem: null });
    expect(token.message).toMatch(
      /^The OAuth Access token is available and will expire on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.$/,
    );
    const { json: credential } = await rig.admin.get(`/api/v1/credentials/${rig.credentialId}`);
    expect(credential.token).toEqual(token);
    expect(credential.sealedWith).toMatch(/^kek_/);
    const history = await rig.admin.get(`/api/v1/audit-entries?subjectId=${rig.credentialId}`);
    expect(history.json.items.map(({ action }: { action: string }) => action)).toEqual([
      'token.consented',
      'credential.created',
    ]);
  });

  test('OA-08: sends a fresh S256 challenge each time, and forgets the verifier with the flow', async () => {
    const rig = await useRig(await start());
    const challenges = new Set<string | null>();
    for (let flow = 0; flow < 3; flow++) {
      const { json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
      const sent = new URL(json.authorizationUrl).searchParams;
      expect(sent.get('code_challenge_method')).toBe('S256');
      challenges.add(sent.get('code_challenge'));
    }
    expect(challenges.size).toBe(3);
    const { db } = rig.testHub.database;
    await db.deleteFrom('authorization_requests').execute();
    await getOAuthToken(rig);
    expect(await db.selectFrom('authorization_requests').selectAll().execute()).toEqual([]);
  });

  test('OA-02: the same callback, 50 times at once, makes one token request', async () => {
    const rig = await useRig(await start());
    const callback = await beginAndDecide(rig);
    const before = rig.provider.tokenRequests();
    const answers = await Promise.all(Array.from({ length: 50 }, () => openCallback(rig.admin, callback)));
    expect(rig.provider.tokenRequests() - before).toBe(1);
    expect(answers.filter(({ page }) => page.status === 200)).toHaveLength(1);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 1 });
  });

  test('OA-11: a spoofed Host changes neither redirect_uri', async () => {
    const rig = await useRig(await start());
    const started = await spoofed(rig, 'POST', `/api/v1/credentials/${rig.credentialId}/authorization`);
    const { authorizationUrl } = authorizationStarted.parse(await started.body.json());
    expect(new URL(authorizationUrl).searchParams.get('redirect_uri')).toBe(
      'https://lockkeeper.test/oauth_redirect.do',
    );
    const location = new URL(await rig.provider.decide(authorizationUrl, 'grant'));
    // The provider compares the second one with the first.
    const redirect = await spoofed(rig, 'GET', `${location.pathname}${location.search}`);
    const page = await rig.admin.get(String(redirect.headers.location));
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('evil.example');
  });

  test('walkthrough D: declined consent is told, and the credential keeps the token it had', async () => {
    const rig = await useRig(await start());
    await getOAuthToken(rig);
    const before = await tokenOf(rig);
    const requests = rig.provider.tokenRequests();
    const { page } = await openCallback(rig.admin, await beginAndDecide(rig, 'cancel'));
    expect(page.status).toBe(400);
    expect(page.text).toContain('Consent was declined');
    expect(page.text).toContain('Platform keeps the token it had, available until');
    expect(page.text).toContain('oauth.consent_declined');
    expect(rig.provider.tokenRequests()).toBe(requests);
    expect(await tokenOf(rig)).toEqual(before);
  });

  test('a second consent replaces the first', async () => {
    const rig = await useRig(await start());
    await getOAuthToken(rig);
    await getOAuthToken(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2 });
  });
});

describe('a callback that belongs to nothing', () => {
  async function refusedWithout(rig: Rig, callback: string, code: string, browser = rig.admin) {
    const requests = rig.provider.tokenRequests();
    const { redirect, page } = await openCallback(browser, callback);
    expect(redirect.status).toBe(303);
    expect([page.status, page.text]).toEqual([400, expect.stringContaining(code)]);
    expect(page.text).toMatch(refusedTitle);
    expect(page.text).toContain('What to do');
    expect(page.text).toContain('What did not change');
    expect(rig.provider.tokenRequests()).toBe(requests);
    expect(await tokenOf(rig)).toMatchObject({ state: 'none' });
  }

  test('OA-01: state missing, unknown, tampered with, or older than 10 minutes', async () => {
    const clock = new TestClock(new Date());
    const rig = await useRig(await startSandboxProvider(clock.now), { now: clock.now });
    const callback = await beginAndDecide(rig);
    const url = new URL(callback, 'https://x.test');
    const state = url.searchParams.get('state') ?? '';
    await refusedWithout(rig, '/oauth_redirect.do?code=abc', 'oauth.state_missing');
    await refusedWithout(rig, '/oauth_redirect.do?code=abc&state=unknown', 'oauth.state_unknown');
    const tampered = callback.replace(state, `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`);
    await refusedWithout(rig, tampered, 'oauth.state_unknown');
    clock.advance(10 * 60_000 + 1);
    await refusedWithout(rig, callback, 'oauth.state_expired');
  });

  test('OA-03, IN-05: another signed-in admin opens the authorization URL', async () => {
    const rig = await useRig(await startSandboxProvider());
    const callback = await beginAndDecide(rig);
    const victim = rig.testHub.browser();
    await victim.post('/api/v1/session', { email: 'ada@example.com', password: testPassword });
    expect((await victim.get('/api/v1/credentials')).status).toBe(200);
    await refusedWithout(rig, callback, 'oauth.session_mismatch', victim);
    // Used up: not even the one who began can end it now.
    await refusedWithout(rig, callback, 'oauth.state_unknown');
    const history = await rig.admin.get(
      `/api/v1/audit-entries?subjectId=${rig.credentialId}&action=token.consent_failed`,
    );
    expect(history.json.items[0]).toMatchObject({
      outcome: 'failure',
      after: { code: 'oauth.session_mismatch' },
    });
  });

  test('OA-04, IN-05: nobody is signed in, and signing in afterwards does not complete it', async () => {
    const rig = await useRig(await startSandboxProvider());
    const callback = await beginAndDecide(rig);
    const stranger = rig.testHub.browser();
    await refusedWithout(rig, callback, 'oauth.session_missing', stranger);
    await stranger.post('/api/v1/session', { email: 'ada@example.com', password: testPassword });
    await refusedWithout(rig, callback, 'oauth.state_unknown', stranger);
  });

  test('OA-05, OA-06: the callback of another registry is not accepted', async () => {
    const rig = await useRig(await startSandboxProvider());
    const callback = await beginAndDecide(rig);
    const query = callback.slice(callback.indexOf('?'));
    await refusedWithout(rig, `/oauth_redirect.do/${rig.registryId}${query}`, 'oauth.redirect_mismatch');
    const distinct = await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, {
      redirectUrlMode: 'distinct',
    });
    expect(distinct.json.redirectUrl).toContain(`/oauth_redirect.do/${rig.registryId}`);
    const own = await beginAndDecide(rig);
    expect(own).toContain(`/oauth_redirect.do/${rig.registryId}?`);
    await refusedWithout(
      rig,
      own.replace(rig.registryId, 'app_01KA7N4V8ZQJ2M00000000000A'),
      'oauth.redirect_mismatch',
    );
    const plain = await beginAndDecide(rig);
    await refusedWithout(rig, plain.replace(`/${rig.registryId}`, ''), 'oauth.redirect_mismatch');
    await getOAuthToken(rig);
  });

  test('OA-05: a registry whose endpoints changed during the flow does not get the code', async () => {
    const rig = await useRig(await startSandboxProvider());
    const callback = await beginAndDecide(rig);
    const changed = await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, {
      tokenUrl: 'https://evil.example/collect',
      clientSecret: 'canary-client-secret-of-the-attacker',
    });
    expect(changed.status).toBe(200);
    await refusedWithout(rig, callback, 'oauth.registry_changed');
  });

  test('OA-07: an answer with a wrong, doubled or missing issuer', async () => {
    const provider = await providerKinds[1]?.start();
    if (!provider) throw new Error('no provider');
    const rig = await useRig(provider);
    const iss = encodeURIComponent(provider.origin);
    const alter = async (change: (callback: string) => string) => change(await beginAndDecide(rig));
    await refusedWithout(
      rig,
      await alter((callback) => callback.replace(`iss=${iss}`, 'iss=https%3A%2F%2Fevil.example')),
      'oauth.issuer_mismatch',
    );
    await refusedWithout(
      rig,
      await alter((callback) => `${callback}&iss=${iss}`),
      'oauth.callback_duplicate_parameter',
    );
    await refusedWithout(
      rig,
      await alter((callback) => callback.replace(/&?iss=[^&]*/, '')),
      'oauth.issuer_missing',
    );
    await getOAuthToken(rig);
  });

  test('OA-10, OA-13: an access token, doubled parameters, a code and an error at once', async () => {
    const rig = await useRig(await startSandboxProvider());
    const noCode = (await beginAndDecide(rig)).replace(/code=[^&]*/, 'access_token=stolen');
    await refusedWithout(rig, noCode, 'oauth.callback_code_missing');
    await refusedWithout(
      rig,
      `${await beginAndDecide(rig)}&code=again`,
      'oauth.callback_duplicate_parameter',
    );
    await refusedWithout(
      rig,
      `${await beginAndDecide(rig)}&error=access_denied`,
      'oauth.callback_code_and_error',
    );
    const doubled = await beginAndDecide(rig);
    await refusedWithout(rig, `${doubled}&state=other`, 'oauth.state_missing');
  });

  test('OA-12: a megabyte of HTML as description is cut and escaped, and no address in it is a link', async () => {
    const rig = await useRig(await startSandboxProvider());
    const { json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
    const state = new URL(json.authorizationUrl).searchParams.get('state') ?? '';
    // As large as a request line may be; the rest is cut by the parser (unit test).
    const description = `<script>alert(1)</script>**x**[y](/z)${'<b>'.repeat(1500)}`;
    const query = new URLSearchParams({
      state,
      error: 'server_error',
      error_description: description,
      error_uri: 'https://evil.example/help',
    });
    const { page } = await openCallback(rig.admin, `/oauth_redirect.do?${query}`);
    expect(page.status).toBe(400);
    expect(page.text).not.toMatch(/<script|<b>|evil\.example|href="\/z"/);
    expect(page.text).toContain('&lt;script&gt;');
    expect(page.text.length).toBeLessThan(8000);
    const again = await openCallback(rig.admin, `/oauth_redirect.do?${query}`);
    expect(again.page.text).toContain('oauth.state_unknown');
  });
});

test('OA-08: PKCE is switched off for one registry only, with an audit entry', async () => {
  const rig = await useRig(await startSandboxProvider());
  await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, { codeChallengeMethod: 'none' });
  const { json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
  expect(new URL(json.authorizationUrl).searchParams.has('code_challenge')).toBe(false);
  await getOAuthToken(rig);
  const audit = await rig.admin.get(
    `/api/v1/audit-entries?subjectId=${rig.registryId}&action=application-registry.updated`,
  );
  expect(audit.json.items[0]).toMatchObject({
    before: { codeChallengeMethod: 'S256' },
    after: { codeChallengeMethod: 'none' },
  });
});

test('SS-04: an endpoint that only the allow-list permits is named in the audit entry', async () => {
  const rig = await useRig(await startSandboxProvider());
  const audit = await rig.admin.get(`/api/v1/audit-entries?subjectId=${rig.registryId}`);
  expect(audit.json.items.at(-1).after.exemptOrigins).toEqual([rig.provider.origin]);
});

test('OA-14: the callback redirects to a clean address; its page is static and tells nobody where it was', async () => {
  const rig = await useRig(await startSandboxProvider());
  const callback = await beginAndDecide(rig);
  const { redirect, page } = await openCallback(rig.admin, callback);
  expect(redirect.status).toBe(303);
  expect(redirect.headers.get('location')).toMatch(/^\/oauth_result\/res_[0-9a-f]{32}$/);
  for (const answer of [redirect, page]) {
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-frame-options')?.toLowerCase()).toBe('deny');
  }
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; /,
  );
  expect(page.text).not.toMatch(/<script|<img|<link|<iframe|https?:/);
  const head = await rig.admin.send('HEAD', await beginAndDecide(rig));
  expect(head.status).toBe(404);
});

test('OA-15: no parameter of the callback decides where it leads', async () => {
  const rig = await useRig(await startSandboxProvider());
  for (const target of [
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/x\r\nset-cookie: a=b',
  ]) {
    const extra = new URLSearchParams({ return_to: target, redirect: target, next: target });
    const { redirect, page } = await openCallback(rig.admin, `${await beginAndDecide(rig)}&${extra}`);
    expect(redirect.headers.get('location')).toMatch(/^\/oauth_result\/[\w.]+$/);
    expect(page.text).not.toContain('evil');
    expect(redirect.setCookie).toEqual([]);
  }
});

describe('walkthrough D: what is wrong at the provider has a message of its own', () => {
  test('the client secret', async () => {
    const rig = await useRig(await startSandboxProvider());
    await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, {
      clientSecret: 'canary-wrong-secret',
    });
    const { page } = await openCallback(rig.admin, await beginAndDecide(rig));
    expect(page.text).toContain('Bitbucket refused the client secret');
    expect(page.text).toContain('<strong>Workspace settings</strong> &gt; <strong>OAuth consumers</strong>');
    expect(page.text).toContain('Platform still has no token. The code was used up and cannot be replayed.');
    expect(page.text).toContain('oauth.client_refused');
    expect(page.text).toMatch(/request <code>req_[0-9A-Z]{26}<\/code>/);
    expect(page.text).not.toContain('canary');
  });

  test('the Callback URL and the Key, before a window opens', async () => {
    const provider = await startSandboxProvider();
    const other = provider.sandbox.addConsumer(provider.consumer.workspace, {
      name: 'Elsewhere',
      callbackUrl: 'https://elsewhere.example/callback',
    });
    const rig = await useRig(provider);
    const path = `/api/v1/application-registries/${rig.registryId}`;
    await rig.admin.patch(path, { clientId: other.key, clientSecret: other.secret });
    const mismatch = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
    expect([mismatch.status, mismatch.json.code]).toEqual([422, 'oauth.redirect_uri_mismatch']);
    expect(mismatch.json.remedy.join(' ')).toContain(
      'Set its Callback URL to https://lockkeeper.test/oauth_redirect.do',
    );
    await rig.admin.patch(path, { clientId: 'nobody' });
    const unknown = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
    expect([unknown.status, unknown.json.code]).toEqual([422, 'oauth.client_unknown']);
  });

  test('a private consumer', async () => {
    const rig = await useRig(await startSandboxProvider());
    const { json } = await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/authorization`);
    const state = new URL(json.authorizationUrl).searchParams.get('state') ?? '';
    const query = new URLSearchParams({
      state,
      error: 'unauthorized_client',
      error_description:
        'This is a private consumer: only members of the workspace docs can grant it access.',
    });
    const { page } = await openCallback(rig.admin, `/oauth_redirect.do?${query}`);
    expect(page.text).toContain('The OAuth consumer is private');
    expect(page.text).toContain('Untick <strong>This is a private consumer</strong> and save.');
  });

  test('a missing permission', async () => {
    const provider = await startSandboxProvider();
    const consumer = provider.sandbox.addConsumer(provider.consumer.workspace, {
      name: 'Less',
      callbackUrl: 'https://lockkeeper.test/oauth_redirect.do',
      scopes: ['account', 'project', 'pullrequest'],
    });
    const rig = await useRig({
      ...provider,
      registry: { ...provider.registry, clientId: consumer.key, clientSecret: consumer.secret },
    });
    const { page } = await openCallback(rig.admin, await beginAndDecide(rig));
    expect(page.text).toContain('3 of 4');
    expect(page.text).toContain('<strong>Webhooks: Read and write</strong> was not granted.');
    const { permissions } = await tokenOf(rig);
    expect(permissions.filter(({ granted }: { granted: boolean }) => !granted)).toEqual([
      {
        label: 'Webhooks: Read and write',
        scope: 'webhook',
        granted: false,
        remedy:
          'Tick Webhooks: Read and write on the OAuth consumer in Bitbucket, then Get OAuth Token again.',
      },
    ]);
  });
});

test('consent is for signed-in admins: other roles and API keys cannot begin it', async () => {
  const rig = await useRig(await startSandboxProvider());
  const path = `/api/v1/credentials/${rig.credentialId}/authorization`;
  for (const role of ['tool_owner', 'integration', 'viewer'] as const) {
    expect((await (await rig.testHub.withRole(role)).post(path)).status).toBe(403);
  }
  const key = await rig.testHub.withRole('admin');
  expect((await key.post(path)).json.code).toBe('oauth.browser_needed');
});
