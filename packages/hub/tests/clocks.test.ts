import { TestClient } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { expire, handOut, type Instance, refreshBy, useInstances } from './instance-rig.ts';
import { type Rig, startSandboxProvider, tokenOf } from './provider-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const endsIn = ({ testHub }: Rig, ms: number) =>
  sql`update tokens set expires_at = clock_timestamp() + ${ms} * interval '1 ms',
    refresh_at = clock_timestamp() + interval '1 hour'`.execute(testHub.database.db);

/** As the instance that changes a token does. */
const forgetMemories = (rig: Rig) =>
  rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, { order: 50 });

const skewWarnings = ({ process }: Instance) => process.output.match(/this machine's clock is \d+ s/g) ?? [];

const skewMetric = async ({ client }: Instance) =>
  Number(/^lockkeeper_clock_skew_seconds (\S+)$/m.exec((await client.get('/metrics')).text)?.[1]);

async function keyThatEnds({ testHub }: Rig, name: string, inMs: number) {
  const expiresAt = new Date(Date.now() + HOUR).toISOString();
  const wanted = { name, roles: ['viewer' as const], toolIds: [], mayWrite: false, expiresAt };
  const { key } = await testHub.accessAdmin.createApiKey(wanted);
  await sql`update api_keys set expires_at = clock_timestamp() + ${inMs} * interval '1 ms' where name = ${name}`.execute(
    testHub.database.db,
  );
  return async ({ url }: Instance) =>
    (await new TestClient(url, { authorization: `Bearer ${key}` }).get('/metrics')).status;
}

test('RF-07, RL-04: instances whose clocks are an hour off, or jump, end nothing early, serve nothing expired and refresh once', async () => {
  const rig = await useInstances(await startSandboxProvider(), [HOUR, -HOUR]);
  const [ahead, behind] = rig.instances;
  if (!ahead || !behind) throw new Error('an instance is missing');
  const seen: string[] = [];
  /** The status, and the how-manieth token it is; or what went wrong. */
  const answers = async () => {
    const calls = [ahead, behind].flatMap((each) => [1, 2, 3].map(() => handOut(rig, each)));
    return (await Promise.all(calls)).map(({ status, text, json }) => {
      if (status !== 200) return `${status} ${text}`;
      if (!seen.includes(json.accessToken)) seen.push(json.accessToken);
      return `${status} ${seen.indexOf(json.accessToken)}`;
    });
  };
  const [living, ended] = [
    await keyThatEnds(rig, 'lives', 20 * MINUTE),
    await keyThatEnds(rig, 'ended', -1000),
  ];

  // No early death: for the one ahead, token and key would have ended 40 minutes ago. Nor by a jump of another hour.
  await endsIn(rig, 20 * MINUTE);
  const asked = rig.provider.tokenRequests();
  for (let jumps = 0; jumps < 3; jumps++) {
    expect(new Set(await answers())).toEqual(new Set(['200 0']));
    expect([await living(ahead), await living(behind)]).toEqual([200, 200]);
    expect([await ended(ahead), await ended(behind)]).toEqual([401, 401]);
    for (const instance of [ahead, behind]) instance.process.child.kill('SIGUSR2');
  }
  expect(rig.provider.tokenRequests()).toBe(asked);

  // No expired token: for the one behind it would be good for hours.
  await expire(rig);
  await forgetMemories(rig);
  expect(new Set(await answers())).toEqual(new Set(['200 1']));
  expect(rig.provider.tokenRequests()).toBe(asked + 1);

  // Whoever refreshes, what is stored is the true end.
  for (const [index, instance] of [ahead, behind].entries()) {
    const beforeMs = Date.now();
    expect((await refreshBy(rig, instance))?.json).toMatchObject({ state: 'available', version: index + 3 });
    const { issuedAt, expiresAt } = await tokenOf(rig);
    expect(Date.parse(issuedAt) - beforeMs).toBeGreaterThan(-1000);
    expect(Date.parse(issuedAt)).toBeLessThanOrEqual(Date.now() + 1000);
    expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBeGreaterThan(30 * MINUTE);
  }
  const audited = await rig.admin.get('/api/v1/audit-entries?action=token.');
  for (const { at } of audited.json.items) expect(Date.parse(at)).toBeLessThanOrEqual(Date.now() + 1000);

  // Told once each, though the clocks jumped thrice since.
  expect([skewWarnings(ahead).length, skewWarnings(behind).length]).toEqual([1, 1]);
  expect(await skewMetric(ahead)).toBeCloseTo(4 * 3600, -1);
  expect(await skewMetric(behind)).toBeCloseTo(-4 * 3600, -1);
});
