import { createHash } from 'node:crypto';
import { eventually, setUpFirstAdmin, TestClient, TestClock, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';

it('WB-06: stores an API key as its SHA-256 only; the key has 256 random bits and is shown once', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { status, json } = await admin.post('/api/v1/api-keys', { name: 'ci', roles: ['viewer'] });
  expect([status, json.apiKey.toolIds, json.apiKey.mayWrite, json.apiKey.expiresAt]).toEqual([
    201,
    [],
    false,
    null,
  ]);
  expect(json.key).toMatch(/^lk_[\w-]{43}$/);
  expect(Buffer.from(json.key.slice(3), 'base64url')).toHaveLength(32);

  const [row] = await testHub.database.db.selectFrom('api_keys').selectAll().execute();
  expect(row?.key_hash).toEqual(createHash('sha256').update(json.key).digest());
  expect(JSON.stringify(row)).not.toContain(json.key.slice(12));
});

it('KE-11: no answer, list, audit entry, sort or filter tells more of a key than its hint', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { json } = await admin.post('/api/v1/api-keys', { name: 'ci', roles: ['viewer'] });
  const hash = createHash('sha256').update(json.key).digest('hex');
  for (const path of ['/api/v1/api-keys', `/api/v1/api-keys/${json.apiKey.id}`, '/api/v1/audit-entries']) {
    const { text, status } = await admin.get(path);
    expect(status).toBe(200);
    expect(text).not.toContain(json.key.slice(12));
    expect(text).not.toContain(hash);
  }
  for (const query of ['sort=key', 'sort=keyHash', 'key=lk_', 'hash=00']) {
    expect((await admin.get(`/api/v1/api-keys?${query}`)).status).toBe(400);
  }
});

it('a key works until it is revoked or expires, and tells when it was last used', async () => {
  const clock = new TestClock(new Date());
  const testHub = await useTestHub({ now: clock.now });
  const admin = await setUpFirstAdmin(testHub);
  const expiresAt = new Date(clock.nowMs() + 60 * 60 * 1000).toISOString();
  const { json } = await admin.post('/api/v1/api-keys', { name: 'ci', roles: ['viewer'], expiresAt });
  const past = await admin.post('/api/v1/api-keys', {
    name: 'p',
    roles: ['viewer'],
    expiresAt: '2020-01-01T00:00:00Z',
  });
  expect(past.json.errors[0]).toMatchObject({ field: 'expiresAt', message: 'must be in the future' });

  const key = new TestClient(testHub.address, { authorization: `Bearer ${json.key}` });
  expect((await key.get('/api/v1/roles')).status).toBe(200);
  await eventually(async () => {
    const used = await admin.get(`/api/v1/api-keys/${json.apiKey.id}`);
    expect(used.json.lastUsedAt).toBe(clock.now().toISOString());
  });
  clock.advance(61 * 60 * 1000);
  expect((await key.get('/api/v1/roles')).status).toBe(401);

  const other = (await admin.post('/api/v1/api-keys', { name: 'other', roles: ['viewer'] })).json;
  const revoked = await admin.post(`/api/v1/api-keys/${other.apiKey.id}/revoke`);
  expect(revoked.json.revokedAt).toBe(clock.now().toISOString());
  const late = new TestClient(testHub.address, { authorization: `Bearer ${other.key}` });
  expect((await late.get('/api/v1/roles')).status).toBe(401);
  const again = await admin.post(`/api/v1/api-keys/${other.apiKey.id}/revoke`);
  expect([again.status, again.json.revokedAt]).toEqual([200, revoked.json.revokedAt]);
  const audit = await admin.get(`/api/v1/audit-entries?subjectId=${other.apiKey.id}&action=api_key.revoked`);
  expect(audit.json.total).toBe(1);
});

it('a name is taken while its key works, without regard to case', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { json } = await admin.post('/api/v1/api-keys', { name: 'CI', roles: ['viewer'] });
  const taken = await admin.post('/api/v1/api-keys', { name: 'ci', roles: ['viewer'] });
  expect([taken.status, taken.json.code, taken.json.errors[0].field]).toEqual([
    409,
    'record.name_taken',
    'name',
  ]);
  await admin.post(`/api/v1/api-keys/${json.apiKey.id}/revoke`);
  expect((await admin.post('/api/v1/api-keys', { name: 'ci', roles: ['viewer'] })).status).toBe(201);
});

it('a wrong key is refused even beside a valid session cookie', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  for (const authorization of ['Bearer lk_wrong', 'Bearer x', 'Basic YTpi', 'Bearer']) {
    expect((await admin.get('/api/v1/users', { authorization })).status).toBe(401);
  }
});

it('a NUL character in an address is refused, not an error of ours', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { status, json } = await admin.get('/api/v1/audit-entries?q=%00');
  expect([status, json.code]).toEqual([400, 'request.malformed']);
});

it('a key with address ranges works from there only, and use from elsewhere leaves one entry', async () => {
  const testHub = await useTestHub({ trustedProxies: ['127.0.0.1'] });
  const admin = await setUpFirstAdmin(testHub);
  const wrong = { name: 'x', roles: ['viewer'], addressRanges: ['10.0.0.0/8', '10.0.0.0/99'] };
  const refused = await admin.post('/api/v1/api-keys', wrong);
  expect([refused.status, refused.json.errors]).toEqual([
    400,
    [
      {
        field: 'addressRanges.1',
        code: 'invalid',
        message: 'must be an address, or a block such as 10.0.0.0/8',
      },
    ],
  ]);
  const { json } = await admin.post('/api/v1/api-keys', {
    name: 'ci',
    roles: ['viewer'],
    addressRanges: ['10.0.0.0/8'],
  });
  expect(json.apiKey.addressRanges).toEqual(['10.0.0.0/8']);
  const key = new TestClient(testHub.address, { authorization: `Bearer ${json.key}` });
  const from = (address: string) => key.get('/api/v1/roles', { 'x-forwarded-for': address });
  expect((await from('10.1.2.3')).status).toBe(200);
  expect((await from('192.0.2.1')).status).toBe(401);
  // What a client itself puts in front of the proxy's word does not count.
  expect((await from('10.1.2.3, 192.0.2.1')).status).toBe(401);
  expect((await key.get('/api/v1/roles')).status).toBe(401);
  const audit = await admin.get(`/api/v1/audit-entries?action=api_key.refused&subjectId=${json.apiKey.id}`);
  expect([audit.json.total, audit.json.items[0].summary]).toEqual([
    1,
    'was refused from 192.0.2.1, which is outside its address ranges',
  ]);
});

it('WB-05: without a trusted proxy a spoofed X-Forwarded-For opens no address range', async () => {
  const testHub = await useTestHub();
  const admin = await setUpFirstAdmin(testHub);
  const { json } = await admin.post('/api/v1/api-keys', {
    name: 'ci',
    roles: ['viewer'],
    addressRanges: ['10.0.0.0/8'],
  });
  const key = new TestClient(testHub.address, { authorization: `Bearer ${json.key}` });
  for (const header of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'x-lockkeeper-address', 'x-client-ip']) {
    expect((await key.get('/api/v1/roles', { [header]: '10.1.2.3' })).status).toBe(401);
  }
});
