import { setUpFirstAdmin, type TestHub, testPassword, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';

const credentials = { email: 'ada@example.com', password: testPassword };

async function signIn(testHub: TestHub, userAgent: string) {
  const browser = testHub.browser();
  expect((await browser.post('/api/v1/session', credentials, { 'user-agent': userAgent })).status).toBe(201);
  return browser;
}

it('lists where a person is signed in, and signs one or all others out', async () => {
  const testHub = await useTestHub();
  const here = await setUpFirstAdmin(testHub);
  const phone = await signIn(testHub, 'Phone');
  const laptop = await signIn(testHub, 'Laptop');
  const { json } = await here.get('/api/v1/sessions');
  expect(json.total).toBe(3);
  expect(json.items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  const found = json.items.find(({ userAgent }: { userAgent: string }) => userAgent === 'Phone');
  expect(found).toMatchObject({ current: false, address: '127.0.0.1' });
  expect(JSON.stringify(json)).not.toContain('token');

  expect((await here.delete(`/api/v1/sessions/${found.id}`)).status).toBe(204);
  expect([(await phone.get('/api/v1/session')).status, (await laptop.get('/api/v1/session')).status]).toEqual(
    [401, 200],
  );
  expect((await here.post('/api/v1/sessions/end-others')).status).toBe(204);
  expect((await laptop.get('/api/v1/session')).status).toBe(401);
  expect((await here.get('/api/v1/sessions')).json.total).toBe(1);
});

it("WB-08: somebody else's session is as unknown as one that never was", async () => {
  const testHub = await useTestHub();
  const ada = await setUpFirstAdmin(testHub);
  const invitation = await ada.post('/api/v1/users/invitations', {
    email: 'bo@example.com',
    name: 'Bo',
    roles: ['viewer'],
  });
  const token = new URL(invitation.json.url).hash.slice(1);
  const bo = testHub.browser();
  const body = { token, name: 'Bo', email: 'bo@example.com', password: 'a password of his own' };
  expect((await bo.post('/api/v1/setup', body)).status).toBe(201);
  const { items } = (await ada.get('/api/v1/sessions')).json;
  const answers = [
    await bo.delete(`/api/v1/sessions/${items[0].id}`),
    await bo.delete('/api/v1/sessions/sess_00000000000000000000000000'),
  ];
  const shapes = answers.map(({ status, json: { requestId: _, ...problem } }) => [status, problem]);
  expect(shapes[0]).toEqual(shapes[1]);
  expect(shapes[0]?.[0]).toBe(404);
  expect((await ada.get('/api/v1/session')).status).toBe(200);
});

it('changing the password asks for the old one and ends the other sessions', async () => {
  const testHub = await useTestHub();
  const here = await setUpFirstAdmin(testHub);
  const elsewhere = await signIn(testHub, 'Elsewhere');
  const change = (currentPassword: string, newPassword: string) =>
    here.put('/api/v1/session/password', { currentPassword, newPassword });
  const wrong = await change('wrong', 'another long password');
  expect([wrong.status, wrong.json.errors[0].field]).toEqual([400, 'currentPassword']);
  expect((await change(testPassword, 'short')).json.errors[0].field).toBe('newPassword');
  expect((await change(testPassword, 'another long password')).status).toBe(204);
  expect([
    (await here.get('/api/v1/session')).status,
    (await elsewhere.get('/api/v1/session')).status,
  ]).toEqual([200, 401]);
  expect((await testHub.browser().post('/api/v1/session', credentials)).status).toBe(401);
  const fresh = { ...credentials, password: 'another long password' };
  expect((await testHub.browser().post('/api/v1/session', fresh)).status).toBe(201);
  const log = testHub.log.join();
  for (const password of [testPassword, 'another long password']) expect(log).not.toContain(password);
});
