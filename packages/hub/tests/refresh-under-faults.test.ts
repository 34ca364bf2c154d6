import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { TestClock, type TokenFault, useTestHub } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { getOAuthToken, type Rig, startCertifiedProvider, useRig } from './provider-rig.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HUBS = 3;

/** The full run of RF-04: LOCKKEEPER_TEST_REFRESHES=10000. */
const refreshes = Number(process.env.LOCKKEEPER_TEST_REFRESHES ?? 300);
/** All of them are due at the same time, again and again. */
const CREDENTIALS = refreshes >= 5000 ? 100 : 25;
const seed = Number(process.env.LOCKKEEPER_TEST_SEED ?? 1);

/** How often, of a hundred requests, and what happens to them. */
const faults: readonly (readonly [number, TokenFault])[] = [
  [8, { hangup: 'before' }],
  [3, { hangup: 'after' }],
  [8, { status: 503, body: {} }],
  [4, { status: 429, body: {}, headers: { 'retry-after': '1' } }],
  [7, { delayMs: 150 }],
];

test(`RF-04: ${refreshes} refreshes with reuse detection and random faults lose no grant but those whose answer was lost`, {
  timeout: Math.max(300 * SECOND, refreshes * 500),
}, async () => {
  const startedMs = performance.now();
  const clock = new TestClock(new Date());
  const provider = await startCertifiedProvider();
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const rig = await useRig(provider, { masterKeys, now: clock.now });
  const { database } = rig.testHub;
  const hubs = [rig.testHub];
  while (hubs.length < HUBS) {
    hubs.push(await useTestHub({ database, masterKeys, now: clock.now, allowOrigins: [provider.origin] }));
  }
  const rigs = await useCredentials(rig, CREDENTIALS);
  for (const each of rigs) await getOAuthToken(each);

  const random = randomOf(seed);
  const ended = new Map<string, string>();
  for (let done = 0; done < refreshes; ) {
    provider.faults.clear();
    for (let request = 0; request < CREDENTIALS * 6; request++) provider.faults.failNext(pick(random));
    const before = await versionsOf(rig);
    clock.advance(55 * MINUTE);
    for (let step = 0; (await listOpen(rig, before)) > 0; step++) {
      expect(step, 'steps until every token was refreshed or lost').toBeLessThan(60);
      await Promise.all(hubs.map(({ hub }) => hub.tokens.schedule.runDue()));
      clock.advance(20 * SECOND);
    }
    done += CREDENTIALS;
    provider.faults.clear();
    for (const { credential_id, problem } of await listEnded(rig)) {
      ended.set(`${credential_id} ${done}`, problem);
      const lost = rigs.find((each) => each.credentialId === credential_id);
      if (lost) await getOAuthToken(lost);
    }
  }

  const figures = {
    seed,
    refreshes,
    requests: provider.faults.requests,
    faults: provider.faults.counts,
    answersLostAfterRotation: provider.faults.lostAnswers,
    grantsLost: ended.size,
    seconds: Math.round((performance.now() - startedMs) / SECOND),
  };
  if (process.env.LOCKKEEPER_TEST_REFRESHES !== undefined) console.log(JSON.stringify(figures));
  expect(figures.answersLostAfterRotation).toBeGreaterThan(0);
  // Not one more: neither ended at the provider by a reuse of ours, nor given up here although it is alive.
  expect(figures.grantsLost).toBe(figures.answersLostAfterRotation);
  expect(new Set(ended.values())).toEqual(new Set(['oauth.invalid_grant']));
});

test('RF-06: a provider that answers nobody for 3 hours costs no consent and few requests', {
  timeout: 300 * SECOND,
}, async () => {
  const clock = new TestClock(new Date());
  const provider = await startCertifiedProvider();
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const rig = await useRig(provider, { masterKeys, now: clock.now });
  const { database } = rig.testHub;
  const allowOrigins = [provider.origin];
  let hubs = [rig.testHub, await useTestHub({ database, masterKeys, now: clock.now, allowOrigins })];
  const rigs = await useCredentials(rig, 40);
  for (const each of rigs) await getOAuthToken(each);
  clock.advance(55 * MINUTE);
  const asked = provider.faults.requests;
  provider.faults.failNext({ hangup: 'before' }, 10_000);
  for (let minute = 0; minute < 180; minute++) {
    await Promise.all(hubs.map(({ hub }) => hub.tokens.schedule.runDue()));
    clock.advance(MINUTE);
    // One that starts anew does not know what the others know of the provider.
    if (minute % 60 === 30) {
      const fresh = await useTestHub({ database, masterKeys, now: clock.now, allowOrigins });
      hubs = [rig.testHub, fresh];
    }
  }
  expect(provider.faults.requests - asked).toBeLessThan(800);
  expect(await listEnded(rig)).toEqual([]);
  provider.faults.clear();
  const before = await versionsOf(rig);
  for (let minute = 0; minute < 15; minute++) {
    await Promise.all(hubs.map(({ hub }) => hub.tokens.schedule.runDue()));
    clock.advance(MINUTE);
  }
  expect([await listOpen(rig, before), await listEnded(rig)]).toEqual([0, []]);
});

test('two instances that look for what is due at the same time refresh each token once', async () => {
  const clock = new TestClock(new Date());
  const provider = await startCertifiedProvider();
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const rig = await useRig(provider, { masterKeys, now: clock.now });
  const { database } = rig.testHub;
  const second = await useTestHub({ database, masterKeys, now: clock.now, allowOrigins: [provider.origin] });
  const rigs = await useCredentials(rig, 12);
  for (const each of rigs) await getOAuthToken(each);
  clock.advance(55 * MINUTE);
  const asked = provider.faults.requests;
  await Promise.all([rig.testHub, second].map(({ hub }) => hub.tokens.schedule.runDue()));
  expect(provider.faults.requests - asked).toBe(rigs.length);
});

async function useCredentials(rig: Rig, count: number): Promise<Rig[]> {
  const { json } = await rig.admin.get(`/api/v1/credentials/${rig.credentialId}`);
  const rigs = [rig];
  while (rigs.length < count) {
    const body = { name: `Platform ${rigs.length}`, profileId: json.profileId };
    const created = await rig.admin.post('/api/v1/credentials', body);
    rigs.push({ ...rig, credentialId: created.json.id });
  }
  return rigs;
}

async function versionsOf({ testHub }: Rig): Promise<ReadonlyMap<string, number>> {
  const rows = await testHub.database.db.selectFrom('tokens').select(['id', 'version']).execute();
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** How many are neither refreshed since nor lost. */
async function listOpen({ testHub }: Rig, before: ReadonlyMap<string, number>): Promise<number> {
  const rows = await testHub.database.db.selectFrom('tokens').select(['id', 'version', 'state']).execute();
  return rows.filter(
    ({ id, version, state }) => state !== 'needs_authorization' && version === before.get(id),
  ).length;
}

async function listEnded({ testHub }: Rig) {
  return testHub.database.db
    .selectFrom('tokens')
    .select(['credential_id', sql<string>`problem->>'code'`.as('problem')])
    .where('state', '=', 'needs_authorization')
    .execute();
}

function pick(random: () => number): TokenFault {
  let at = random() * 100;
  for (const [share, fault] of faults) {
    if (at < share) return fault;
    at -= share;
  }
  return {};
}

/** The same numbers for the same seed (mulberry32). */
function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
