import { scryptSync } from 'node:crypto';
import { setUpFirstAdmin, TestClock, testPassword, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';

const credentials = { email: 'ada@example.com', password: testPassword };
const cookieName = '__Host-lockkeeper';

it('WB-14, IN-10: has no default login; the first administrator comes from a one-time link', async () => {
  const testHub = await useTestHub();
  const browser = testHub.browser();
  expect((await browser.get('/api/v1/setup')).json).toEqual({ required: true });
  for (const password of ['admin', 'password', 'lockkeeper', 'changeme']) {
    const refused = await testHub
      .browser()
      .post('/api/v1/session', { email: `${password}@example.com`, password });
    expect(refused.status).toBe(401);
  }
  expect(await testHub.database.db.selectFrom('users').selectAll().execute()).toEqual([]);

  const link = new URL((await testHub.accessAdmin.createSetupLink())?.url ?? '');
  expect([link.origin, link.pathname, link.search]).toEqual(['https://lockkeeper.test', '/setup', '']);
  expect(Buffer.from(link.hash.slice(1), 'base64url')).toHaveLength(32);

  const body = { token: link.hash.slice(1), name: 'Ada', ...credentials };
  const done = await browser.post('/api/v1/setup', body);
  expect([done.status, done.json.user.roles]).toEqual([201, ['admin']]);
  expect((await browser.get('/api/v1/users')).json.total).toBe(1);
  expect((await browser.get('/api/v1/setup')).json).toEqual({ required: false });

  const again = await testHub.browser().post('/api/v1/setup', { ...body, email: 'eve@example.com' });
  expect([again.status, again.json.code]).toEqual([403, 'access.setup_refused']);
  expect(await testHub.accessAdmin.createSetupLink()).toBeUndefined();
});

it('WB-06: a password is stored as its scrypt hash, at 32 MB and 0.2 s for each guess', async () => {
  const testHub = await useTestHub({ slowPasswords: true });
  await setUpFirstAdmin(testHub);
  const { password } = await testHub.database.db
    .selectFrom('user_accounts')
    .select('password')
    .executeTakeFirstOrThrow();
  const [salt = '', key] = (password ?? '').split(':');
  expect(Buffer.from(salt, 'hex')).toHaveLength(16);
  const cost = { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 };
  expect(scryptSync(testPassword, salt, 64, cost).toString('hex')).toBe(key);
  const wrong = { ...credentials, password: `${testPassword}!` };
  expect((await testHub.browser().post('/api/v1/session', wrong)).status).toBe(401);
  expect((await testHub.browser().post('/api/v1/session', credentials)).status).toBe(201);
});

it('WB-14: of many who race with one link, one wins', async () => {
  const testHub = await useTestHub();
  const token = new URL((await testHub.accessAdmin.createSetupLink())?.url ?? '').hash.slice(1);
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      testHub
        .browser()
        .post('/api/v1/setup', { ...credentials, token, name: 'A', email: `a${index}@example.com` }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403, 403]);
});

it('WB-14: stores only the hash of a set-up link, and a new one replaces the old', async () => {
  const testHub = await useTestHub();
  const old = new URL((await testHub.accessAdmin.createSetupLink())?.url ?? '').hash.slice(1);
  await testHub.accessAdmin.createSetupLink();
  const rows = await testHub.database.db.selectFrom('setup_links').selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(old);
  const late = await testHub.browser().post('/api/v1/setup', { ...credentials, token: old, name: 'A' });
  expect(late.status).toBe(403);
});

it('an expired link is refused, and bad input does not use a link up', async () => {
  const clock = new TestClock(new Date());
  const testHub = await useTestHub({ now: clock.now });
  const token = new URL((await testHub.accessAdmin.createSetupLink())?.url ?? '').hash.slice(1);
  const short = await testHub
    .browser()
    .post('/api/v1/setup', { ...credentials, token, name: 'A', password: 'short' });
  expect(short.json.errors).toEqual([
    { field: 'password', code: 'too_small', message: 'must have at least 12 characters' },
  ]);
  clock.advance(25 * 60 * 60 * 1000);
  const late = await testHub.browser().post('/api/v1/setup', { ...credentials, token, name: 'A' });
  expect(late.status).toBe(403);
});

it('WB-01: the session cookie is __Host-, Secure, HttpOnly, Lax, for / and without Domain', async () => {
  const testHub = await useTestHub();
  await setUpFirstAdmin(testHub);
  const { setCookie, status } = await testHub.browser().post('/api/v1/session', credentials);
  expect(status).toBe(201);
  expect(setCookie).toHaveLength(1);
  const [pair, ...attributes] = (setCookie[0] ?? '').split('; ');
  expect(pair).toMatch(new RegExp(`^${cookieName}=`));
  expect(attributes).toEqual(expect.arrayContaining(['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']));
  expect(attributes.join()).not.toMatch(/domain/i);
});

it('WB-02: a session is new at each sign-in, has at least 128 bits, and no chosen value is taken over', async () => {
  const testHub = await useTestHub();
  const browser = await setUpFirstAdmin(testHub);
  const before = browser.cookies;
  await browser.post('/api/v1/session', credentials);
  expect(browser.cookies).not.toBe(before);
  const old = await testHub.browser().get('/api/v1/session', { cookie: before });
  expect(old.status).toBe(401);

  const fixed = `${cookieName}=chosen-by-an-attacker.signature`;
  const victim = await testHub.browser().post('/api/v1/session', credentials, { cookie: fixed });
  expect(victim.setCookie.at(-1)).not.toContain('chosen-by-an-attacker');
  const token = decodeURIComponent(/=([^;.]+)/.exec(victim.setCookie.at(-1) ?? '')?.[1] ?? '');
  // 62 letters and digits, 5.95 bits each.
  expect(token).toMatch(/^[A-Za-z0-9]{22,}$/);
});

it('WB-02: signing out kills the session at the server', async () => {
  const testHub = await useTestHub();
  const browser = await setUpFirstAdmin(testHub);
  const kept = browser.cookies;
  expect((await browser.get('/api/v1/session')).json).toMatchObject({
    user: { email: 'ada@example.com', roles: ['admin'] },
    instance: { name: 'test', publicUrl: 'https://lockkeeper.test', clockSkewSeconds: 0 },
  });
  expect((await browser.delete('/api/v1/session')).status).toBe(204);
  expect(browser.cookies).toBe('');
  expect((await testHub.browser().get('/api/v1/session', { cookie: kept })).status).toBe(401);
  expect(await testHub.database.db.selectFrom('user_sessions').selectAll().execute()).toEqual([]);
});

it('WB-02: a session does not outlive twelve hours without use, nor a forged signature', async () => {
  const testHub = await useTestHub();
  const browser = await setUpFirstAdmin(testHub);
  const forged = browser.cookies.replace(/\.[^.]{6}/, '.AAAAAA');
  expect((await testHub.browser().get('/api/v1/session', { cookie: forged })).status).toBe(401);
  await testHub.database.db
    .updateTable('user_sessions')
    .set({ expires_at: new Date(Date.now() - 1) })
    .execute();
  expect((await browser.get('/api/v1/session')).status).toBe(401);
});

it('WB-03: a change with the cookie but from another site, or from none, is refused', async () => {
  const testHub = await useTestHub();
  const browser = await setUpFirstAdmin(testHub);
  const invitation = { email: 'b@example.com', name: 'B', roles: ['viewer'] };
  const forged = await browser.post('/api/v1/users/invitations', invitation, {
    origin: 'https://evil.example',
  });
  expect([forged.status, forged.json.code]).toEqual([403, 'access.origin']);
  const text = await browser.post('/api/v1/users/invitations', invitation, { 'content-type': 'text/plain' });
  expect(text.status).toBe(415);
  expect((await browser.post('/api/v1/users/invitations', invitation)).status).toBe(201);
});

it('answers a wrong password and an unknown person alike, and audits both', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const wrong = { ...credentials, password: 'canary-wrong-password' };
  const answers = [
    await testHub.browser().post('/api/v1/session', wrong),
    await testHub.browser().post('/api/v1/session', { ...wrong, email: 'nobody@example.com' }),
  ];
  for (const { status, json } of answers) {
    expect([status, json.code, json.detail]).toEqual([401, 'access.sign_in_refused', undefined]);
  }
  const audit = await admin.get('/api/v1/audit-entries?action=session.refused');
  expect(audit.json.total).toBe(2);
  expect(audit.text).not.toContain('canary');
});

it('limits guessing for a person at an address, without locking the person out elsewhere', async () => {
  const clock = new TestClock(new Date());
  const testHub = await useTestHub({ now: clock.now });
  await setUpFirstAdmin(testHub);
  const wrong = { ...credentials, password: 'canary-wrong-password' };
  for (let attempt = 0; attempt < 5; attempt++) await testHub.browser().post('/api/v1/session', wrong);
  const limited = await testHub
    .browser()
    .post('/api/v1/session', credentials, { 'x-forwarded-for': '203.0.113.9' });
  expect([limited.status, limited.json.code]).toEqual([429, 'request.too_many']);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  clock.advance(16 * 60 * 1000);
  expect((await testHub.browser().post('/api/v1/session', credentials)).status).toBe(201);
});

it('OA-20: no password, set-up token, session or API key is logged or audited, whatever happens with it', async () => {
  const testHub = await useTestHub();
  const link = (await testHub.accessAdmin.createSetupLink())?.url ?? '';
  const token = link.slice(link.indexOf('#') + 1);
  const browser = testHub.browser();
  await browser.post('/api/v1/setup', { ...credentials, token, name: 'Ada', password: 'canary-too' });
  await browser.post(`/api/v1/setup?token=${token}`, { ...credentials, token, name: 'Ada' });
  await browser.post('/api/v1/setup', { ...credentials, token, name: 'Ada' });
  await browser.post('/api/v1/session', { ...credentials, password: 'canary-wrong-password' });
  await browser.post('/api/v1/session', { password: { nested: 'canary-odd' }, email: 1 });
  const { json } = await browser.post('/api/v1/api-keys', { name: 'k', roles: ['viewer'] });
  await testHub.browser().get(`/api/v1/users?key=${json.key}`, { authorization: `Bearer ${json.key}` });

  const audited = JSON.stringify(await testHub.database.db.selectFrom('audit_entries').selectAll().execute());
  const session = decodeURIComponent(browser.cookies.split('=')[1] ?? 'absent').split('.')[0] ?? 'absent';
  for (const secret of ['canary', token, session, json.key]) {
    for (const form of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ]) {
      expect(testHub.log.join('')).not.toContain(form);
      expect(audited).not.toContain(form);
    }
  }
  expect(testHub.log.length).toBeGreaterThan(5);
});
