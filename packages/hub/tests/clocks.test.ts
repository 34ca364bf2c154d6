import { TestClient } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { expire, handOut, type Instance, refreshBy, useInstances } from './instance-rig.ts';
import { type Rig, startSandboxProvider, tokenOf } from './provider-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Real processes on one database, whose machines disagree on the time; this process and the database are right. */
async function useDisagreeing() {
  const rig = await useInstances(await startSandboxProvider(), [HOUR, -HOUR, 0]);
  const [ahead, behind, right] = rig.instances;
  if (!ahead || !behind || !right) throw new Error('an instance is missing');
  return { rig, ahead, behind, right };
}

const endsIn = ({ testHub }: Rig, ms: number) =>
  sql`update tokens set expires_at = clock_timestamp() + ${ms} * interval '1 ms',
    refresh_at = clock_timestamp() + interval '1 hour'`.execute(testHub.database.db);

const skewWarnings = ({ process }: Instance) => process.output.match(/this machine's clock is \d+ s/g) ?? [];

const skewMetric = async ({ client }: Instance) =>
  Number(/^lockkeeper_clock_skew_seconds (\S+)$/m.exec((await client.get('/metrics')).text)?.[1]);

test('RF-07: instances whose clocks are an hour off end no token early, serve no expired one and refresh once', async () => {
  const { rig, ahead, behind, right } = await useDisagreeing();
  const all = [ahead, behind, right];
  const seen: string[] = [];
  /** The status, and the how-manieth token it is; or what went wrong. */
  const answerOf = ({ status, text, json }: Awaited<ReturnType<typeof handOut>>) => {
    if (status !== 200) return `${status} ${text}`;
    if (!seen.includes(json.accessToken)) seen.push(json.accessToken);
    return `${status} ${seen.indexOf(json.accessToken)}`;
  };
  const handOuts = () => Promise.all(all.flatMap((each) => [1, 2, 3].map(() => handOut(rig, each))));
  await endsIn(rig, 20 * MINUTE);
  const asked = rig.provider.tokenRequests();

  // No early death: for the one ahead it would have ended 40 minutes ago.
  const fresh = await handOuts();
  expect(new Set(fresh.map(answerOf))).toEqual(new Set(['200 0']));
  expect(rig.provider.tokenRequests()).toBe(asked);

  // No expired token: for the one behind it would be good for another hour.
  await expire(rig);
  // Changed behind the instances' backs, so this is told as a change is.
  await refreshMemory(rig);
  const renewed = await handOuts();
  expect(new Set(renewed.map(answerOf))).toEqual(new Set(['200 1']));
  expect(rig.provider.tokenRequests()).toBe(asked + 1);

  // Whoever refreshes, what is stored is the true end.
  for (const [index, instance] of all.entries()) {
    const before = Date.now();
    expect((await refreshBy(rig, instance))?.json).toMatchObject({ state: 'available', version: index + 3 });
    const { issuedAt, expiresAt } = await tokenOf(rig);
    expect(Math.abs(Date.parse(issuedAt) - before)).toBeLessThan(10_000);
    expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBeGreaterThan(30 * MINUTE);
    expect(Date.parse((await handOut(rig, right)).json.expiresAt)).toBe(Date.parse(expiresAt));
  }
  expect([ahead, behind, right].map((each) => skewWarnings(each).length)).toEqual([1, 1, 0]);
  expect(await skewMetric(ahead)).toBeCloseTo(3600, -1);
  expect(await skewMetric(behind)).toBeCloseTo(-3600, -1);
  expect(Math.abs(await skewMetric(right))).toBeLessThan(1);
});

test('RF-07, RL-04: an instance whose clock jumps goes on as before, and its keys end when they should', async () => {
  const { rig, ahead, behind } = await useDisagreeing();
  const keyThatEnds = async (name: string, inMs: number) => {
    const created = await rig.testHub.accessAdmin.createApiKey({
      name,
      roles: ['viewer'],
      toolIds: [],
      mayWrite: false,
      expiresAt: new Date(Date.now() + HOUR).toISOString(),
    });
    await sql`update api_keys set expires_at = clock_timestamp() + ${inMs} * interval '1 ms' where name = ${name}`.execute(
      rig.testHub.database.db,
    );
    return (instance: Instance) =>
      new TestClient(instance.url, { authorization: `Bearer ${created.key}` }).get('/metrics');
  };
  const [living, ended] = [await keyThatEnds('lives', 20 * MINUTE), await keyThatEnds('ended', -1000)];
  await endsIn(rig, 20 * MINUTE);
  const before = (await handOut(rig, ahead)).json.accessToken;
  const asked = rig.provider.tokenRequests();
  for (const instance of [ahead, behind]) {
    for (let jump = 0; jump < 2; jump++) {
      instance.process.child.kill('SIGUSR2');
      const { status, json } = await handOut(rig, instance);
      expect([status, json.accessToken]).toEqual([200, before]);
      expect((await living(instance)).status).toBe(200);
      expect((await ended(instance)).status).toBe(401);
    }
  }
  expect(rig.provider.tokenRequests()).toBe(asked);
  expect(await skewMetric(ahead)).toBeCloseTo(3 * 3600, -1);
  const audited = await rig.admin.get('/api/v1/audit-entries?action=credential.used');
  for (const { at } of audited.json.items) expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(MINUTE);
});

/** As the instance that changes a token does. */
const refreshMemory = (rig: Rig) => rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, { order: 50 });
