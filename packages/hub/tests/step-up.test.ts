import {
  setUpFirstAdmin,
  type TestClient,
  TestClock,
  testPassword,
  totp,
  useTestHub,
} from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import { accessOf, routePolicy, stepUpOf } from '../src/http/route-policy.ts';

const MINUTE_MS = 60_000;
const exportPath = '/api/v1/audit-entries/export';
const confirmationPath = '/api/v1/session/confirmation';

/** An administrator whose session is eleven minutes old, as a thief would find it. */
async function staleAdmin() {
  const clock = new TestClock(new Date());
  const testHub = await useTestHub({ now: clock.now });
  const admin = await setUpFirstAdmin(testHub);
  const fresh = await admin.post(exportPath, { format: 'jsonl' });
  expect(fresh.status).toBe(200);
  clock.advance(11 * MINUTE_MS);
  return { clock, testHub, admin };
}

const codeOf = async (answer: ReturnType<TestClient['post']>) => (await answer).json?.code;

it('WB-09: a session that nobody confirmed for ten minutes exports nothing; the password opens it again', async () => {
  const { admin, clock } = await staleAdmin();
  const refused = await admin.post(exportPath, { format: 'jsonl' });
  expect([refused.status, refused.json.code]).toEqual([403, 'access.step_up_required']);
  expect((await admin.get('/api/v1/audit-entries')).status).toBe(200);

  const wrong = await admin.post(confirmationPath, { password: 'wrong' });
  expect([wrong.status, wrong.json.code]).toEqual([403, 'access.confirmation_refused']);
  expect(await codeOf(admin.post(exportPath, { format: 'jsonl' }))).toBe('access.step_up_required');
  expect((await admin.post(confirmationPath, { password: testPassword })).status).toBe(204);
  expect((await admin.post(exportPath, { format: 'jsonl' })).status).toBe(200);
  clock.advance(11 * MINUTE_MS);
  expect(await codeOf(admin.post(exportPath, { format: 'jsonl' }))).toBe('access.step_up_required');

  const audit = await admin.get('/api/v1/audit-entries?action=session.&outcome=failure');
  expect(audit.json.items[0]).toMatchObject({ action: 'session.confirmation_refused' });
});

it('WB-09: confirming is for one session, not for all of a person', async () => {
  const { admin, testHub, clock } = await staleAdmin();
  const other = testHub.browser();
  await other.post('/api/v1/session', { email: 'ada@example.com', password: testPassword });
  clock.advance(11 * MINUTE_MS);
  await admin.post(confirmationPath, { password: testPassword });
  expect(await codeOf(other.post(exportPath, { format: 'jsonl' }))).toBe('access.step_up_required');
});

it('WB-09: making an API key that may write asks for it, one that only reads does not', async () => {
  const { admin } = await staleAdmin();
  const key = { roles: ['viewer'] };
  expect((await admin.post('/api/v1/api-keys', { ...key, name: 'a' })).status).toBe(201);
  const refused = await admin.post('/api/v1/api-keys', { ...key, name: 'b', mayWrite: true });
  expect(refused.json.code).toBe('access.step_up_required');
  // Bad input is told first: nobody proves who they are for nothing.
  expect((await admin.post('/api/v1/api-keys', { ...key, name: '', mayWrite: true })).status).toBe(400);
});

it('WB-09: changing where secrets are sent, or the secret, asks for it; the name does not', () => {
  const stepUp = stepUpOf(routePolicy['PATCH /api/v1/application-registries/:id'] ?? 'public');
  expect(stepUp?.({ name: 'x', comments: 'y', version: 1 })).toBe(false);
  for (const field of ['tokenUrl', 'authorizationUrl', 'tokenRevocationUrl', 'clientSecret']) {
    expect([field, stepUp?.({ [field]: 'https://evil.example.com' })]).toEqual([field, true]);
  }
});

it('WB-09: with a second factor a code is asked for, and the password is not enough', async () => {
  const clock = new TestClock(new Date());
  const testHub = await useTestHub({ now: clock.now });
  const admin = await setUpFirstAdmin(testHub);
  const { json } = await admin.post('/api/v1/session/two-factor', { password: testPassword });
  const code = totp(json.secret, Date.now() - 30_000);
  await admin.post('/api/v1/session/two-factor/verify', { code });
  clock.advance(11 * MINUTE_MS);
  expect(await codeOf(admin.post(confirmationPath, { password: testPassword }))).toBe(
    'access.confirmation_refused',
  );
  const next = totp(json.secret);
  expect((await admin.post(confirmationPath, { code: next })).status).toBe(204);
  expect((await admin.post(exportPath, { format: 'jsonl' })).status).toBe(200);
  expect(await codeOf(admin.post(confirmationPath, { code: next }))).toBe('access.confirmation_refused');
  const recovery = { code: json.recoveryCodes[0] };
  expect((await admin.post(confirmationPath, recovery)).status).toBe(204);
  expect(await codeOf(admin.post(confirmationPath, recovery))).toBe('access.confirmation_refused');
});

it('WB-09: guessing in a stolen session is limited', async () => {
  const { admin } = await staleAdmin();
  for (let guess = 0; guess < 5; guess++) await admin.post(confirmationPath, { password: `guess ${guess}` });
  const limited = await admin.post(confirmationPath, { password: testPassword });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
});

it('an API key has nobody to ask: its role decides', async () => {
  const { testHub } = await staleAdmin();
  const key = await testHub.withRole('admin');
  expect((await key.post(exportPath, { format: 'jsonl' })).status).toBe(200);
  expect((await key.post(confirmationPath, { password: testPassword })).status).toBe(401);
});

it('WB-09: whatever hands out, exports or redirects secrets is stepped up in the policy', () => {
  const dangerous =
    /\/access-token$|\/invitations$|\/export$|\/two-factor|\/password$|reset-two-factor|\/keys\/rotat/;
  for (const [route, rule] of Object.entries(routePolicy)) {
    if (!dangerous.test(route) || route.startsWith('GET ')) continue;
    expect([route, stepUpOf(rule)?.({})]).toEqual([route, true]);
    expect(accessOf(rule)).not.toBe('public');
  }
});
