import { expect, test } from 'vitest';
import { LANE_WIDTH } from '../src/tokens/refresh-schedule.ts';
import { deafReceiver, subscribeToAll, toldBy } from './outbox-rig.ts';
import { type Answer, type RevocationRig, useRevocationRig } from './revocation-rig.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
const runDue = ({ testHub }: RevocationRig) => testHub.hub.tokens.schedule.runDue();

/** A token endpoint that counts, and answers as it is told. */
function useTokenEndpoint({ provider }: RevocationRig) {
  const endpoint = { refusal: undefined as Answer | undefined, requests: 0, issued: 0, now: 0, most: 0 };
  provider.issue = async () => {
    endpoint.requests++;
    endpoint.most = Math.max(endpoint.most, ++endpoint.now);
    await new Promise((resolve) => setTimeout(resolve, 2));
    endpoint.now--;
    if (endpoint.refusal !== undefined) return endpoint.refusal;
    const number = ++endpoint.issued;
    const tokens = { access_token: `access-new-${number}`, refresh_token: `refresh-new-${number}` };
    return { status: 200, body: { ...tokens, token_type: 'bearer', expires_in: 3600 } };
  };
  return endpoint;
}

async function statesOf({ testHub }: RevocationRig): Promise<Record<string, number>> {
  const rows = await testHub.database.db
    .selectFrom('tokens')
    .select(({ fn }) => ['state', 'version', fn.countAll<number>().as('count')])
    .groupBy(['state', 'version'])
    .execute();
  return Object.fromEntries(rows.map(({ state, version, count }) => [`${state} ${version}`, Number(count)]));
}

async function untilAllAre(rig: RevocationRig, expected: Record<string, number>, steps: number) {
  for (let step = 0; step < steps; step++) {
    await runDue(rig);
    if (JSON.stringify(await statesOf(rig)) === JSON.stringify(expected)) return;
    rig.clock.advance(10 * SECOND);
  }
  expect(await statesOf(rig)).toEqual(expected);
}

test('RF-06: after an outage with 1,000 tokens due all are refreshed once, never many at a time, and none has failed', {
  timeout: 180 * SECOND,
}, async () => {
  const rig = await useRevocationRig();
  const endpoint = useTokenEndpoint(rig);
  await rig.addTokens(namesOf(1000));
  endpoint.refusal = { status: 503 };
  rig.clock.advance(55 * MINUTE);
  for (let minute = 0; minute < 3; minute++) {
    await runDue(rig);
    rig.clock.advance(MINUTE);
  }
  // Those that were on their way when nobody knew yet, and one a minute that finds out.
  expect(endpoint.requests).toBeLessThan(60);
  expect(await statesOf(rig)).toEqual({ 'available 1': 1000 });
  endpoint.refusal = undefined;
  endpoint.most = 0;
  await untilAllAre(rig, { 'available 2': 1000 }, 30);
  expect(endpoint.issued).toBe(1000);
  expect(endpoint.most).toBeLessThanOrEqual(LANE_WIDTH);
});

test('RF-05: a refused client is one state of its registry and one alarm, not one of each of its tokens', {
  timeout: 120 * SECOND,
}, async () => {
  const rig = await useRevocationRig({ moreOrigins: [deafReceiver] });
  const endpoint = useTokenEndpoint(rig);
  await subscribeToAll(rig.admin);
  await rig.addTokens(namesOf(200));
  endpoint.refusal = { status: 401, body: { error: 'invalid_client', error_description: 'secret expired' } };
  rig.clock.advance(55 * MINUTE);
  const asked = endpoint.requests;
  for (let minute = 0; minute < 12; minute++) {
    await runDue(rig);
    rig.clock.advance(MINUTE);
  }
  expect(endpoint.requests - asked).toBeLessThan(60);
  expect(await statesOf(rig)).toEqual({ 'available 1': 200 });
  const registry = () => rig.admin.get(`/api/v1/application-registries/${rig.registryId}`);
  expect((await registry()).json.validation).toMatchObject({
    outcome: 'client_refused',
    providerError: 'invalid_client',
    remedy: expect.arrayContaining([expect.stringContaining('replace the Client Secret')]),
  });
  expect(await toldBy(rig.testHub)).toMatchObject([
    {
      type: 'application_registry.client_refused',
      data: { applicationRegistry: { name: 'Forge' }, problem: { code: 'oauth.client_refused' } },
    },
  ]);
  // A person is not put off.
  const { json: tokens } = await rig.admin.get('/api/v1/tokens?limit=1');
  const before = endpoint.requests;
  await rig.admin.post(`/api/v1/credentials/${tokens.items[0].credential.id}/token/refresh`);
  expect(endpoint.requests - before).toBe(1);

  endpoint.refusal = undefined;
  await untilAllAre(rig, { 'available 2': 200 }, 30);
  expect((await registry()).json.validation).toMatchObject({ outcome: 'client_accepted' });
  const history = await rig.admin.get(
    `/api/v1/audit-entries?subjectId=${rig.registryId}&action=application-registry.&limit=50`,
  );
  const actions = history.json.items.map(({ action }: { action: string }) => action.split('.')[1]);
  expect(actions.filter((action: string) => action.startsWith('client_'))).toEqual([
    'client_accepted',
    'client_refused',
  ]);
});

test('a replaced client secret is tried at once, not after the pause of the refused one', async () => {
  const rig = await useRevocationRig();
  const endpoint = useTokenEndpoint(rig);
  await rig.addTokens(namesOf(5));
  endpoint.refusal = { status: 401, body: { error: 'invalid_client' } };
  rig.clock.advance(55 * MINUTE);
  await runDue(rig);
  endpoint.refusal = undefined;
  const path = `/api/v1/application-registries/${rig.registryId}`;
  const admin = await rig.testHub.withRole('admin');
  const saved = await admin.patch(path, { clientSecret: 'canary-new-client-secret' });
  expect([saved.status, saved.json.version]).toEqual([200, 2]);
  await untilAllAre(rig, { 'available 2': 5 }, 12);
});
