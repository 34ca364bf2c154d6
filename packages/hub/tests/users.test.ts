import {
  setUpFirstAdmin,
  type TestClient,
  type TestHub,
  testPassword,
  useTestHub,
} from '@lockkeeper/testing';
import { expect, it } from 'vitest';

async function invite(
  testHub: TestHub,
  admin: TestClient,
  email: string,
  roles: string[],
): Promise<TestClient> {
  const invitation = await admin.post('/api/v1/users/invitations', { email, name: 'Invited', roles });
  expect(invitation.status).toBe(201);
  const browser = testHub.browser();
  const token = new URL(invitation.json.url).hash.slice(1);
  const done = await browser.post('/api/v1/setup', { token, name: 'Bo', email, password: testPassword });
  expect([done.status, done.json.user.roles]).toEqual([201, roles]);
  return browser;
}

async function userByEmail(admin: TestClient, email: string): Promise<{ id: string; active: boolean }> {
  const { json } = await admin.get(`/api/v1/users?q=${encodeURIComponent(email)}`);
  return json.items[0];
}

it('an invitation makes a user with its roles, once, for the invited address only', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { json } = await admin.post('/api/v1/users/invitations', {
    email: 'Bo@Example.com',
    name: 'Bo',
    roles: ['viewer'],
  });
  const redeem = { token: new URL(json.url).hash.slice(1), name: 'Bo', password: testPassword };
  const other = await testHub.browser().post('/api/v1/setup', { ...redeem, email: 'eve@example.com' });
  expect(other.json.errors[0]).toMatchObject({
    field: 'email',
    message: 'must be the address that was invited',
  });
  const browser = testHub.browser();
  expect((await browser.post('/api/v1/setup', { ...redeem, email: 'bo@example.com' })).status).toBe(201);
  expect((await browser.get('/api/v1/users')).status).toBe(403);
  expect((await testHub.browser().post('/api/v1/setup', { ...redeem, email: 'bo@example.com' })).status).toBe(
    403,
  );
  const again = await admin.post('/api/v1/users/invitations', {
    email: 'bo@example.com',
    name: 'B',
    roles: ['admin'],
  });
  expect(again.json.errors[0]).toMatchObject({ field: 'email', code: 'taken' });
});

it('WB-02: a change of roles ends the sessions of that person', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const bo = await invite(testHub, admin, 'bo@example.com', ['admin']);
  const { id } = await userByEmail(admin, 'bo@example.com');
  expect((await bo.get('/api/v1/users')).status).toBe(200);

  await admin.patch(`/api/v1/users/${id}`, { name: 'Renamed' });
  expect((await bo.get('/api/v1/users')).status).toBe(200);
  const changed = await admin.patch(`/api/v1/users/${id}`, { roles: ['viewer'] });
  expect(changed.json).toMatchObject({ name: 'Renamed', roles: ['viewer'] });
  expect((await bo.get('/api/v1/session')).status).toBe(401);
  expect((await admin.get('/api/v1/session')).status).toBe(200);
});

it('a person who is deactivated is out, and can sign in again only when activated', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const bo = await invite(testHub, admin, 'bo@example.com', ['viewer']);
  const { id } = await userByEmail(admin, 'bo@example.com');
  await admin.patch(`/api/v1/users/${id}`, { active: false });
  expect((await bo.get('/api/v1/session')).status).toBe(401);
  const signIn = { email: 'bo@example.com', password: testPassword };
  const refused = await testHub.browser().post('/api/v1/session', signIn);
  expect([refused.status, refused.json.code]).toEqual([401, 'access.sign_in_refused']);
  await admin.patch(`/api/v1/users/${id}`, { active: true });
  expect((await testHub.browser().post('/api/v1/session', signIn)).status).toBe(201);
});

it('the last active administrator stays one, also when two demote each other at once', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const ada = await userByEmail(admin, 'ada@example.com');
  for (const patch of [{ roles: ['viewer'] }, { active: false }]) {
    const refused = await admin.patch(`/api/v1/users/${ada.id}`, patch);
    expect([refused.status, refused.json.code]).toEqual([409, 'record.in_use']);
  }
  await invite(testHub, admin, 'bo@example.com', ['admin']);
  const bo = await userByEmail(admin, 'bo@example.com');
  const key = await testHub.withRole('admin');
  const answers = await Promise.all(
    [ada, bo].map(({ id }) => key.patch(`/api/v1/users/${id}`, { roles: ['viewer'] })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

it('each change leaves an entry with what was and what is', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  await invite(testHub, admin, 'bo@example.com', ['viewer']);
  const { id } = await userByEmail(admin, 'bo@example.com');
  const change = await admin.patch(`/api/v1/users/${id}`, { roles: ['viewer', 'tool_owner'] });
  const { json } = await admin.get(`/api/v1/audit-entries?subjectId=${id}&action=user.`);
  expect(json.items.map((entry: { action: string }) => entry.action)).toEqual([
    'user.changed',
    'user.created',
  ]);
  expect(json.items[0]).toMatchObject({
    actor: { kind: 'user', name: 'Ada Admin' },
    before: { roles: ['viewer'] },
    after: { roles: ['tool_owner', 'viewer'] },
    requestId: change.headers.get('x-request-id'),
  });
});

it('KE-11: nothing that lists or shows users, sorts or filters them, tells of passwords or sessions', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { id } = await userByEmail(admin, 'ada@example.com');
  for (const path of ['/api/v1/users', `/api/v1/users/${id}`, '/api/v1/session', '/api/v1/audit-entries']) {
    const { text, status } = await admin.get(path);
    expect(status).toBe(200);
    expect(text).not.toMatch(/canary|"password\w*":|"token/i);
  }
  for (const query of ['sort=password', 'sort=-token', 'q=canary', 'password=canary', 'sort=lower(name)']) {
    const { status, json } = await admin.get(`/api/v1/users?${query}`);
    expect(status === 400 || json.total === 0).toBe(true);
  }
});
