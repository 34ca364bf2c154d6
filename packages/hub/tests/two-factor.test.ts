import {
  setUpFirstAdmin,
  type TestClient,
  type TestHub,
  testPassword,
  totp,
  useTestHub,
} from '@lockkeeper/testing';
import { expect, it } from 'vitest';

const credentials = { email: 'ada@example.com', password: testPassword };

/** Codes of neighbouring half minutes are good too, so that a test has several that were not used. */
const codes = (secret: string) => [-30_000, 0, 30_000].map((offsetMs) => totp(secret, Date.now() + offsetMs));

async function enrol(
  admin: TestClient,
): Promise<{ secret: string; recoveryCodes: string[]; unused: string[] }> {
  const begun = await admin.post('/api/v1/session/two-factor', { password: testPassword });
  expect(begun.status).toBe(201);
  const [first = '', ...unused] = codes(begun.json.secret);
  const done = await admin.post('/api/v1/session/two-factor/verify', { code: first });
  expect([done.status, done.json]).toEqual([200, { enabled: true, available: true }]);
  return { ...begun.json, unused };
}

async function passwordStep(testHub: TestHub): Promise<TestClient> {
  const browser = testHub.browser();
  const first = await browser.post('/api/v1/session', credentials);
  expect([first.status, first.json]).toEqual([202, { secondFactorNeeded: true }]);
  return browser;
}

it('asks for a code after the password, and only the code opens a session', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { unused } = await enrol(admin);
  expect((await admin.get('/api/v1/session')).json.confirmation).toBe('code');

  const browser = await passwordStep(testHub);
  expect(browser.cookies).toMatch(/^__Host-lockkeeper-second-factor=/);
  expect((await browser.get('/api/v1/session')).status).toBe(401);
  const wrong = await browser.post('/api/v1/session/second-factor', { code: '000000' });
  expect([wrong.status, wrong.json.code]).toEqual([403, 'access.confirmation_refused']);
  const right = await browser.post('/api/v1/session/second-factor', { code: unused[0] });
  expect([right.status, right.json.user.name]).toEqual([201, 'Ada Admin']);
  expect((await browser.get('/api/v1/users')).status).toBe(200);
  expect(browser.cookies).toMatch(/^__Host-lockkeeper=[^;]+$/);

  const audit = await admin.get('/api/v1/audit-entries?action=session.refused');
  expect(audit.json.items[0]).toMatchObject({
    actor: { name: 'Ada Admin' },
    summary: 'brought a wrong code',
  });
});

it('the cookie between the two steps is __Host-, Secure and HttpOnly, and no session cookie is sent', async () => {
  const testHub = await useTestHub();
  await enrol(await setUpFirstAdmin(testHub));
  const { setCookie } = await testHub.browser().post('/api/v1/session', credentials);
  expect(setCookie).toHaveLength(1);
  expect(setCookie[0]).toMatch(/^__Host-lockkeeper-second-factor=.*HttpOnly/i);
  for (const attribute of ['Secure', 'SameSite=Lax', 'Path=/']) expect(setCookie[0]).toContain(attribute);
});

it('a code works once, also while it is still shown', async () => {
  const testHub = await useTestHub();
  const { unused } = await enrol(await setUpFirstAdmin(testHub));
  const signIn = async () =>
    (await passwordStep(testHub)).post('/api/v1/session/second-factor', { code: unused[0] });
  expect((await signIn()).status).toBe(201);
  expect((await signIn()).json.code).toBe('access.confirmation_refused');
});

it('of two requests with one code at the same moment one gets in', async () => {
  const testHub = await useTestHub();
  const { unused } = await enrol(await setUpFirstAdmin(testHub));
  const browsers = [await passwordStep(testHub), await passwordStep(testHub)];
  const answers = await Promise.all(
    browsers.map((browser) => browser.post('/api/v1/session/second-factor', { code: unused[0] })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 403]);
});

it('a recovery code works once, instead of a code', async () => {
  const testHub = await useTestHub();
  const { recoveryCodes } = await enrol(await setUpFirstAdmin(testHub));
  expect(new Set(recoveryCodes).size).toBe(10);
  const signIn = async (code = '') =>
    (await passwordStep(testHub)).post('/api/v1/session/second-factor', { code });
  expect((await signIn(recoveryCodes[0])).status).toBe(201);
  expect((await signIn(recoveryCodes[0])).status).toBe(403);
  expect((await signIn(recoveryCodes[1])).status).toBe(201);
});

it('guessing codes is limited', async () => {
  const testHub = await useTestHub();
  const { unused } = await enrol(await setUpFirstAdmin(testHub));
  const browser = await passwordStep(testHub);
  const statuses: number[] = [];
  for (let guess = 0; guess < 6; guess++) {
    const answer = await browser.post('/api/v1/session/second-factor', { code: `00000${guess}` });
    statuses.push(answer.status);
  }
  expect(statuses.slice(0, 5).every((status) => status === 403 || status === 401)).toBe(true);
  expect(statuses.at(-1)).not.toBe(201);
  expect((await browser.post('/api/v1/session/second-factor', { code: unused[0] })).status).not.toBe(201);
});

it('is not in force before its first code, and begins only with the password', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const refused = await admin.post('/api/v1/session/two-factor', { password: 'wrong password' });
  expect([refused.status, refused.json.errors[0].field]).toEqual([400, 'password']);
  await admin.post('/api/v1/session/two-factor', { password: testPassword });
  const wrong = await admin.post('/api/v1/session/two-factor/verify', { code: '000000' });
  expect([wrong.status, wrong.json.errors[0].field]).toEqual([400, 'code']);
  expect((await testHub.browser().post('/api/v1/session', credentials)).status).toBe(201);
  expect((await admin.get('/api/v1/session/two-factor')).json.enabled).toBe(false);
});

it('stores neither the secret nor a recovery code in clear', async () => {
  const testHub = await useTestHub();
  const { secret, recoveryCodes } = await enrol(await setUpFirstAdmin(testHub));
  const rows = await testHub.database.db.selectFrom('user_two_factors').selectAll().execute();
  const text = JSON.stringify(rows);
  expect(rows).toHaveLength(1);
  for (const clear of [secret, ...recoveryCodes]) expect(text).not.toContain(clear);
  for (const clear of [secret, ...recoveryCodes]) expect(testHub.log.join()).not.toContain(clear);
});

it('new recovery codes replace the old ones; turning it off leaves the password alone', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { recoveryCodes: old } = await enrol(admin);
  const fresh = await admin.post('/api/v1/session/two-factor/recovery-codes', { password: testPassword });
  expect(fresh.status).toBe(201);
  const useOf = async (code = '') =>
    (await (await passwordStep(testHub)).post('/api/v1/session/second-factor', { code })).status;
  expect([await useOf(old[0]), await useOf(fresh.json.recoveryCodes[0])]).toEqual([403, 201]);
  expect((await admin.delete('/api/v1/session/two-factor')).status).toBe(204);
  expect((await testHub.browser().post('/api/v1/session', credentials)).status).toBe(201);
  const audit = await admin.get('/api/v1/audit-entries?action=two_factor.&sort=at');
  expect(audit.json.items.map(({ action }: { action: string }) => action)).toEqual([
    'two_factor.enabled',
    'two_factor.recovery_codes_replaced',
    'two_factor.disabled',
  ]);
});

it('an administrator resets the second factor of somebody who lost it, which ends their sessions', async () => {
  const testHub = await useTestHub();
  const ada = await setUpFirstAdmin(testHub);
  await enrol(ada);
  const { id } = (await ada.get('/api/v1/session')).json.user;
  const admin = await testHub.withRole('admin');
  expect((await admin.get(`/api/v1/users/${id}`)).json.twoFactor).toBe(true);
  const reset = await admin.post(`/api/v1/users/${id}/reset-two-factor`);
  expect([reset.status, reset.json.twoFactor]).toEqual([200, false]);
  expect((await ada.get('/api/v1/session')).status).toBe(401);
  expect((await testHub.browser().post('/api/v1/session', credentials)).status).toBe(201);
  expect((await admin.post(`/api/v1/users/${id}/reset-two-factor`)).status).toBe(404);
  const audit = await admin.get('/api/v1/audit-entries?action=two_factor.reset');
  expect(audit.json.items[0]).toMatchObject({
    actor: { kind: 'api_key' },
    summary: "reset Ada Admin's second factor",
  });
});
