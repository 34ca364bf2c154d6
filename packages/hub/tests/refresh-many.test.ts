import { TestClock } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createTokenStore } from '../src/tokens/token-store.ts';
import { getOAuthToken, startSandboxProvider, useRig } from './provider-rig.ts';

const HOUR = 3_600_000;
const MANY = 40;

/** Credentials of one profile, each with a token of its own, all due at the same time. */
async function useManyTokens() {
  const clock = new TestClock(new Date());
  const rig = await useRig(await startSandboxProvider(clock.now), { now: clock.now });
  const { json: first } = await rig.admin.get(`/api/v1/credentials/${rig.credentialId}`);
  const ids = [rig.credentialId];
  for (let number = 1; number < MANY; number++) {
    const { profile, name } = first;
    const body = { type: 'oauth2', name: `${name} ${number}`, profileId: profile.id };
    const { json } = await rig.admin.post('/api/v1/credentials', body);
    ids.push(json.id);
  }
  for (const credentialId of ids) await getOAuthToken({ ...rig, credentialId });
  clock.advance(2 * HOUR);
  return { ...rig, clock, ids };
}

test('tokens that fall due together are each refreshed once, with an audit entry each in one whole chain', async () => {
  const rig = await useManyTokens();
  const { db } = rig.testHub.database;
  const before = rig.provider.tokenRequests();
  await rig.testHub.hub.tokens.schedule.runDue();
  expect(rig.provider.tokenRequests() - before).toBe(MANY);
  const tokens = await createTokenStore(db).listOf(rig.ids);
  expect(tokens.map(({ state, version }) => `${state} ${version}`)).toEqual(Array(MANY).fill('available 2'));
  const { rows } = await sql<{ entries: number; subjects: number }>`
    select count(*)::int as entries, count(distinct subject_id)::int as subjects
    from audit_entries where action = 'token.refreshed'
  `.execute(db);
  expect(rows).toEqual([{ entries: MANY, subjects: MANY }]);
});

test('leases of many at once: each token has one holder, and only the holder may send', async () => {
  const rig = await useManyTokens();
  const [one, other] = [createTokenStore(rig.testHub.database.db), createTokenStore(rig.testHub.database.db)];
  const wish = { version: 1, leaseMs: 30_000, now: rig.clock.now(), isUrgent: false, mayTakeOver: true };
  const take = (store: typeof one) => Promise.all(rig.ids.map((id) => store.takeLease(id, wish)));
  const [ofOne, ofOther] = await Promise.all([take(one), take(other)]);
  for (const [index, attempt] of ofOne.entries()) {
    const holders = [attempt, ofOther[index]].filter((each) => each?.kind === 'leased');
    expect(holders).toHaveLength(1);
  }
  const held = [...ofOne, ...ofOther].flatMap((attempt) => (attempt.kind === 'leased' ? [attempt] : []));
  const marked = await Promise.all([
    ...held.map(({ token, leaseId }) => one.markSent(token, leaseId, 15_000)),
    ...held.map(({ token }) => one.markSent(token, 'of nobody', 15_000)),
    ...held.map(({ token, leaseId }) => one.markSent(token, leaseId, 31_000)),
  ]);
  expect(marked).toEqual([...Array(MANY).fill(true), ...Array(2 * MANY).fill(false)]);
});

test('a credential that is asked for twice in one breath is leased once; one without a token is none of it', async () => {
  const rig = await useManyTokens();
  const store = createTokenStore(rig.testHub.database.db);
  const wish = { version: 1, leaseMs: 30_000, now: rig.clock.now(), isUrgent: false, mayTakeOver: true };
  const id = rig.credentialId;
  const attempts = await Promise.all([id, id, 'cred_gone'].map((each) => store.takeLease(each, wish)));
  expect(attempts.map(({ kind }) => kind)).toEqual(['leased', 'held', 'not_refreshable']);
});
