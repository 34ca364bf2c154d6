import { randomBytes } from 'node:crypto';
import { TestClock, useTestHub } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  getOAuthToken,
  type Rig,
  startCertifiedProvider,
  startSandboxProvider,
  useRig,
} from './provider-rig.ts';

const DAY = 86_400_000;

const warningsOf = async ({ admin }: Rig) => {
  const { json } = await admin.get('/api/v1/audit-entries?limit=100');
  return json.items
    .filter(({ action }: { action: string }) => action.endsWith('.expires_soon'))
    .map(({ action }: { action: string }) => action);
};
const expiriesOf = async ({ admin }: Rig) => (await admin.get('/api/v1/expiries')).json.items;

test('RF-09: an idle credential that cannot be refreshed is warned of 14, 3 and 1 days ahead, once by whichever instance', async () => {
  const clock = new TestClock(new Date());
  const provider = await startSandboxProvider(clock.now);
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const rig = await useRig(provider, { now: clock.now, masterKeys });
  await getOAuthToken(rig);
  const { database } = rig.testHub;
  const second = await useTestHub({ database, masterKeys, now: clock.now });
  const look = () => Promise.all([rig.testHub, second].map(({ hub }) => hub.warnings.runDue()));
  await look();
  expect(await expiriesOf(rig)).toEqual([]);

  // Due, whatever the spread, and not yet expired.
  clock.advance(55 * 60_000);
  provider.failNextTokenRequest({ status: 401, body: { error: 'invalid_client' } });
  await rig.testHub.hub.tokens.schedule.runDue();
  const given: number[] = [];
  for (const days of [75, 1.5, 0, 11, 2, 1]) {
    clock.advance(days * DAY);
    await look();
    await look();
    given.push((await warningsOf(rig)).length);
  }
  expect(given).toEqual([0, 1, 1, 2, 3, 3]);
  expect(new Set(await warningsOf(rig))).toEqual(new Set(['credential.expires_soon']));
});

test('RF-09: refreshed in time there is nothing to warn of, and what is listed says what to do', async () => {
  const clock = new TestClock(new Date());
  const provider = await startSandboxProvider(clock.now);
  const rig = await useRig(provider, { now: clock.now });
  await getOAuthToken(rig);
  await sql`update tokens set lapses_at = ${new Date(clock.nowMs() + 2 * DAY)}, lapses_since = ${clock.now()}::timestamptz - interval '90 days'`.execute(
    rig.testHub.database.db,
  );
  expect(await expiriesOf(rig)).toMatchObject([
    {
      kind: 'refresh_token',
      subject: { type: 'credential', id: rig.credentialId, name: 'Platform' },
      why: 'Its refresh token ends then, and refreshing does not extend it.',
      remedy: expect.stringContaining('Get OAuth Token'),
    },
  ]);
  const { text } = await rig.admin.get('/metrics');
  expect(
    Number(/^lockkeeper_next_expiry_seconds\{kind="refresh_token"\} (\S+)$/m.exec(text)?.[1]),
  ).toBeCloseTo(2 * 86_400, -2);
  // It is the refresh that moves the end.
  await rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`);
  expect(await expiriesOf(rig)).toEqual([]);
});

test('an API key and a client secret are warned of too; revoked, or with a new end, they are not', async () => {
  const clock = new TestClock(new Date());
  const rig = await useRig(await startCertifiedProvider(), { now: clock.now });
  const until = (days: number) => new Date(clock.nowMs() + days * DAY).toISOString();
  const registry = `/api/v1/application-registries/${rig.registryId}`;
  const stored = await rig.admin.patch(registry, { clientSecretExpiresAt: until(40) });
  expect([stored.status, stored.json.clientSecretExpiresAt]).toEqual([200, until(40)]);
  const key = await rig.admin.post('/api/v1/api-keys', {
    name: 'nightly build',
    roles: ['viewer'],
    expiresAt: until(40),
  });
  expect([key.status, key.text]).toEqual([201, expect.anything()]);
  await rig.testHub.hub.warnings.runDue();
  expect(await warningsOf(rig)).toEqual([]);
  clock.advance(27 * DAY);
  await rig.testHub.hub.warnings.runDue();
  const warned = (await warningsOf(rig)).toSorted();
  expect(warned).toEqual(['api_key.expires_soon', 'application_registry.expires_soon']);
  expect((await expiriesOf(rig)).map(({ kind }: { kind: string }) => kind).toSorted()).toEqual([
    'api_key',
    'client_secret',
  ]);
  const admin = await rig.testHub.withRole('admin');
  await admin.post(`/api/v1/api-keys/${key.json.apiKey.id}/revoke`);
  await admin.patch(registry, { clientSecretExpiresAt: until(300) });
  expect((await admin.get('/api/v1/expiries')).json.items).toEqual([]);
});
