import { eventually } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { expire, handOut, refreshBy, useInstances } from './instance-rig.ts';
import {
  type Rig,
  startCertifiedProvider,
  startSandboxProvider,
  type TestProvider,
  tokenOf,
} from './provider-rig.ts';
import { holdWhen, isHolding, releaseAndForget } from './token-hold.ts';

/** As time does it: the lease of a process that is gone ends. */
const endLease = ({ testHub }: Rig) =>
  sql`update tokens set lease_until = now() - interval '1 s' where lease_id is not null`.execute(
    testHub.database.db,
  );

const rowOf = ({ testHub }: Rig) =>
  testHub.database.db.selectFrom('tokens').selectAll().executeTakeFirstOrThrow();

const untilAsked = (rig: Rig, times: number) =>
  eventually(() => expect(rig.provider.tokenRequests()).toBe(times));

test('RF-01: 100 callers at each of three processes make one refresh at expiry; one killed, the others carry on', async () => {
  const rig = await useInstances(await startSandboxProvider(), [0, 0, 0]);
  const asked = rig.provider.tokenRequests();
  await expire(rig);
  const answers = await Promise.all(
    rig.instances.flatMap((instance) => Array.from({ length: 100 }, () => handOut(rig, instance))),
  );
  expect(rig.provider.tokenRequests() - asked).toBe(1);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ json }) => json.accessToken)).size).toBe(1);
  const [first, ...others] = rig.instances;
  await first?.process.kill();
  for (const other of others) expect((await handOut(rig, other)).json).toEqual(answers[0]?.json);
  const [second] = others;
  if (second === undefined) throw new Error('no second instance');
  expect((await refreshBy(rig, second))?.json).toMatchObject({ state: 'available', version: 3 });
  // The other one hears of it, and hands out the new one.
  await eventually(async () => {
    const tokens = await Promise.all(others.map((other) => handOut(rig, other)));
    const [one, two] = tokens.map(({ json }) => json.accessToken);
    expect(one).toBe(two);
    expect(one).not.toBe(answers[0]?.json.accessToken);
  });
});

describe('RF-02: kill -9 of the instance that refreshes', () => {
  async function useOneInstance(start: () => Promise<TestProvider> = startSandboxProvider) {
    const provider = await start();
    const rig = await useInstances(provider, [0]);
    const [instance] = rig.instances;
    if (instance === undefined) throw new Error('no instance');
    return { rig, instance, asked: provider.tokenRequests() };
  }
  const survive = async (rig: Rig) => {
    await endLease(rig);
    await rig.testHub.hub.tokens.schedule.runDue();
    return tokenOf(rig);
  };

  test('before it sends: nothing is uncertain, another one refreshes', async () => {
    const { rig, instance, asked } = await useOneInstance();
    await holdWhen(rig, 'old.lease_sent_at is null and new.lease_sent_at is not null');
    void refreshBy(rig, instance);
    await isHolding(rig);
    await instance.process.kill();
    await releaseAndForget(rig);
    expect(rig.provider.tokenRequests()).toBe(asked);
    expect(await rowOf(rig)).toMatchObject({ state: 'refreshing', lease_sent_at: null });
    expect(await survive(rig)).toMatchObject({ state: 'available', version: 2 });
    expect(await rowOf(rig)).toMatchObject({ unknown_outcomes: 0 });
    expect(rig.provider.tokenRequests()).toBe(asked + 1);
  });

  test('after the provider has rotated, before the commit: one retry with the old refresh token', async () => {
    const { rig, instance, asked } = await useOneInstance();
    await holdWhen(rig, 'new.version > old.version');
    void refreshBy(rig, instance);
    await isHolding(rig);
    await instance.process.kill();
    await releaseAndForget(rig);
    expect(await rowOf(rig)).toMatchObject({ state: 'refreshing', version: 1 });
    expect(await survive(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
    expect(rig.provider.tokenRequests()).toBe(asked + 2);
  });

  test('the same at a provider that detects reuse: a new consent, and no loop', async () => {
    const { rig, instance, asked } = await useOneInstance(startCertifiedProvider);
    await holdWhen(rig, 'new.version > old.version');
    void refreshBy(rig, instance);
    await isHolding(rig);
    await instance.process.kill();
    await releaseAndForget(rig);
    expect(await survive(rig)).toMatchObject({ state: 'needs_authorization' });
    await survive(rig);
    expect(rig.provider.tokenRequests()).toBe(asked + 2);
  });

  test('after the commit: the new token is there', async () => {
    const { rig, instance, asked } = await useOneInstance();
    void refreshBy(rig, instance);
    await eventually(async () => expect((await rowOf(rig)).version).toBe(2));
    await instance.process.kill();
    expect(await survive(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
    expect(rig.provider.tokenRequests()).toBe(asked + 1);
  });

  test('RF-08: stopped past its lease and resumed, it changes nothing any more', async () => {
    const { rig, instance, asked } = await useOneInstance();
    // Held in the database, so that what it writes after it has resumed is what is fenced off.
    await holdWhen(rig, 'old.lease_sent_at is null and new.lease_sent_at is not null');
    const late = refreshBy(rig, instance);
    await isHolding(rig);
    instance.process.child.kill('SIGSTOP');
    await releaseAndForget(rig);
    expect(await survive(rig)).toMatchObject({ state: 'available', version: 2 });
    const { access_token_sealed } = await rowOf(rig);
    instance.process.child.kill('SIGCONT');
    await late;
    expect(await rowOf(rig)).toMatchObject({ version: 2, access_token_sealed, state: 'available' });
    await untilAsked(rig, asked + 1);
  });
});
