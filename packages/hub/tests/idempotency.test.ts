import { setUpFirstAdmin, TestClock, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';

const path = '/api/v1/api-keys';
const body = { name: 'ci', roles: ['viewer'] };
const key = (value: string) => ({ 'idempotency-key': value });

it('RL-10: the same key with the same request has one effect and the same answer', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const first = await admin.post(path, body, key('k1'));
  const again = await admin.post(path, body, key('k1'));
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.text).toBe(first.text);
  expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([
    null,
    'true',
  ]);
  expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
  expect((await admin.get(path)).json.total).toBe(1);
});

it('RL-10: the same key with another request is a mistake, and answers 422', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  await admin.post(path, body, key('k1'));
  const other = await admin.post(path, { ...body, name: 'other' }, key('k1'));
  const elsewhere = await admin.post('/api/v1/audit-entries/export', { format: 'csv' }, key('k1'));
  for (const { status, json } of [other, elsewhere]) {
    expect([status, json.code]).toEqual([422, 'request.idempotency_key_reused']);
  }
  expect((await admin.get(path)).json.total).toBe(1);
});

it('RL-10: of many at once one has an effect; the others wait or get its answer', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const answers = await Promise.all(Array.from({ length: 10 }, () => admin.post(path, body, key('k1'))));
  const created = answers.filter(({ status }) => status === 201);
  expect(new Set(created.map(({ text }) => text)).size).toBe(1);
  for (const { status, json } of answers) {
    if (status !== 201) expect([status, json.code]).toEqual([409, 'request.under_way']);
  }
  expect((await admin.get(path)).json.total).toBe(1);
});

it('RL-10: a key belongs to who used it', async () => {
  const testHub = await useTestHub();
  const ada = await setUpFirstAdmin(testHub);
  const other = await testHub.withRole('admin');
  const first = await ada.post(path, body, key('k1'));
  const foreign = await other.post(path, { ...body, name: 'theirs' }, key('k1'));
  expect([foreign.status, foreign.json.apiKey.name]).toEqual([201, 'theirs']);
  expect(foreign.text).not.toBe(first.text);
});

it('RL-10: a refused request leaves its key free', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  await admin.post(path, body);
  expect((await admin.post(path, body, key('k1'))).status).toBe(409);
  const viewer = { ...body, name: 'free' };
  expect((await admin.post(path, viewer, key('k1'))).status).toBe(201);
  expect((await admin.post(path, { ...body, name: '' }, key('k2'))).status).toBe(400);
});

it('RL-10: no stored answer shows a secret, and none opens for another key', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { json } = await admin.post(path, body, key('k1'));
  const { db } = testHub.database;
  const rows = await db.selectFrom('idempotency_keys').selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(json.key);
  expect(rows[0]?.body).toMatch(/^eyJ/);
  // Moved by whoever may write the table.
  await db.updateTable('idempotency_keys').set({ key: 'k2' }).execute();
  const moved = await admin.post(path, body, key('k2'));
  expect([moved.status, moved.json.code]).toEqual([409, 'request.answer_lost']);
  expect(moved.text).not.toContain(json.key);
});

it('RL-10: a key is forgotten after a day', async () => {
  const clock = new TestClock(new Date());
  const testHub = await useTestHub({ now: clock.now });
  const admin = await testHub.withRole('admin');
  await admin.post(path, body, key('k1'));
  clock.advance(23 * 60 * 60_000);
  expect((await admin.post(path, body, key('k1'))).status).toBe(201);
  clock.advance(2 * 60 * 60_000);
  const late = await admin.post(path, body, key('k1'));
  expect([late.status, late.json.code]).toEqual([409, 'record.name_taken']);
});

it('RL-10: what a crash left open is refused, not done again', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  await admin.post(path, body, key('k1'));
  const { db } = testHub.database;
  await db.updateTable('idempotency_keys').set({ status: null, body: null }).execute();
  const { status, headers, json } = await admin.post(path, body, key('k1'));
  expect([status, json.code, headers.get('retry-after')]).toEqual([409, 'request.under_way', '2']);
});

it('a step-up between two attempts is no answer: the same key goes on', async () => {
  const clock = new TestClock(new Date());
  const testHub = await useTestHub({ now: clock.now });
  const admin = await setUpFirstAdmin(testHub);
  clock.advance(11 * 60_000);
  const write = { ...body, mayWrite: true };
  expect((await admin.post(path, write, key('k1'))).json.code).toBe('access.step_up_required');
  await admin.post('/api/v1/session/confirmation', { password: 'canary-password-of-ada' });
  expect((await admin.post(path, write, key('k1'))).status).toBe(201);
});

it.each(['', 'x'.repeat(201), 'a b', 'ü'])('refuses the key %j', async (value) => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const encoded = Buffer.from(value).toString('latin1');
  const { status, json } = await admin.post(path, body, key(encoded));
  expect([status, json.errors?.[0].field]).toEqual([400, 'Idempotency-Key']);
});
