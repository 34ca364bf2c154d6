import { randomBytes } from 'node:crypto';
import {
  type TestClient,
  TestClock,
  type TestHubOptions,
  type TokenFault,
  useTestHub,
} from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { StoredToken } from '../src/tokens/token.ts';
import { createTokenStore } from '../src/tokens/token-store.ts';
import {
  getOAuthToken,
  providerKinds,
  type Rig,
  startCertifiedProvider,
  startSandboxProvider,
  type TestProvider,
  tokenOf,
  useRig,
} from './provider-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface RefreshRig extends Rig {
  clock: TestClock;
  /** A program that may use the credential. */
  program: TestClient;
}

/** A credential with a token that may be handed out, and a clock. */
async function useTokenRig(
  start: (now: () => Date) => Promise<TestProvider>,
  options: TestHubOptions = {},
): Promise<RefreshRig> {
  const clock = new TestClock(new Date());
  const rig = await useRig(await start(clock.now), { ...options, now: clock.now });
  await rig.admin.patch(`/api/v1/credentials/${rig.credentialId}`, { allowTokenHandOut: true });
  await getOAuthToken(rig);
  return { ...rig, clock, program: await rig.testHub.withRole('integration') };
}

const handOut = (rig: RefreshRig, client = rig.program) =>
  client.post(`/api/v1/credentials/${rig.credentialId}/access-token`);
const refreshNow = (rig: Rig) => rig.admin.post(`/api/v1/credentials/${rig.credentialId}/token/refresh`);
const runSchedule = (rig: Rig) => rig.testHub.hub.tokens.schedule.runDue();
const sandbox = (now: () => Date) => startSandboxProvider(now);

async function countRequests(rig: Rig, work: () => Promise<unknown>): Promise<number> {
  const before = rig.provider.tokenRequests();
  await work();
  return rig.provider.tokenRequests() - before;
}

/** Another credential at the same provider is refreshed: it is not the provider that is down. */
async function anotherIsAnswered(rig: RefreshRig): Promise<void> {
  const { json } = await rig.admin.get('/api/v1/credentials?q=Another');
  let id: string | undefined = json.items[0]?.id;
  if (id === undefined) {
    const { profileId } = (await rig.admin.get(`/api/v1/credentials/${rig.credentialId}`)).json;
    id = String((await rig.admin.post('/api/v1/credentials', { name: 'Another', profileId })).json.id);
    await getOAuthToken({ ...rig, credentialId: id });
  }
  expect((await refreshNow({ ...rig, credentialId: id })).status).toBe(200);
}

async function actionsOf(rig: Rig): Promise<string[]> {
  const { json } = await rig.admin.get(`/api/v1/audit-entries?subjectId=${rig.credentialId}&action=token.`);
  return json.items.map(({ action }: { action: string }) => action);
}

describe.each(providerKinds)('refreshing at $name', ({ start }) => {
  test('RF-01: 100 callers at expiry make one refresh, and all get the same new token', async () => {
    const rig = await useTokenRig(start);
    const { json: first } = await handOut(rig);
    rig.clock.advance(2 * HOUR);
    let answers: Awaited<ReturnType<typeof handOut>>[] = [];
    const requests = await countRequests(rig, async () => {
      answers = await Promise.all(Array.from({ length: 100 }, () => handOut(rig)));
    });
    expect(requests).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const tokens = new Set(answers.map(({ json }) => json.accessToken));
    expect(tokens.size).toBe(1);
    expect(tokens.has(first.accessToken)).toBe(false);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2 });
  });

  test('RF-01: callers of two instances make one refresh', async () => {
    const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
    const rig = await useTokenRig(start, { masterKeys });
    const { database } = rig.testHub;
    const allowOrigins = [rig.provider.origin];
    const second = await useTestHub({ database, masterKeys, now: rig.clock.now, allowOrigins });
    const [one, two] = [await rig.testHub.withRole('admin'), await second.withRole('admin')];
    rig.clock.advance(2 * HOUR);
    let answers: Awaited<ReturnType<typeof handOut>>[] = [];
    const requests = await countRequests(rig, async () => {
      answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => handOut(rig, index % 2 === 0 ? one : two)),
      );
    });
    expect(requests).toBe(1);
    expect(new Set(answers.map(({ json }) => json.accessToken)).size).toBe(1);
  });

  test('refreshes ahead of expiry what nobody uses, and follows the rotation again and again', async () => {
    const rig = await useTokenRig(start);
    for (let round = 2; round <= 4; round++) {
      const { refreshAt, expiresAt } = await tokenOf(rig);
      expect(await countRequests(rig, () => runSchedule(rig))).toBe(0);
      const aheadMs = Date.parse(refreshAt) - rig.clock.nowMs();
      expect(Date.parse(refreshAt)).toBeLessThan(Date.parse(expiresAt));
      rig.clock.advance(aheadMs + 1);
      expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
      expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: round });
    }
    expect((await actionsOf(rig)).filter((action) => action === 'token.refreshed')).toHaveLength(3);
  });

  test('RF-05: a fault of the provider leaves the token as it is, and is tried again with back-off', async () => {
    const rig = await useTokenRig(start);
    rig.clock.advance(55 * MINUTE);
    rig.provider.failNextTokenRequest({ status: 503, body: {} }, 2);
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
    const token = await tokenOf(rig);
    expect(token).toMatchObject({
      state: 'available',
      version: 1,
      problem: { code: 'oauth.provider_unavailable' },
    });
    const waitMs = Date.parse(token.problem.retryAt) - rig.clock.nowMs();
    expect(waitMs).toBeGreaterThanOrEqual(1000);
    expect(waitMs).toBeLessThanOrEqual(2000);
    // The old one is still good, and is handed out without asking again.
    expect(await countRequests(rig, async () => expect((await handOut(rig)).status).toBe(200))).toBe(0);
    rig.clock.advance(waitMs);
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
    const later = Date.parse((await tokenOf(rig)).problem.retryAt) - rig.clock.nowMs();
    expect(later).toBeGreaterThanOrEqual(2000);
    rig.clock.advance(later);
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
  });

  test('RF-05: a refused client is a fault of the registry: the credential stays as it is', async () => {
    const rig = await useTokenRig(start);
    rig.provider.failNextTokenRequest({ status: 401, body: { error: 'invalid_client' } });
    expect((await refreshNow(rig)).json.code).toBe('token.unavailable');
    expect(await tokenOf(rig)).toMatchObject({
      state: 'available',
      problem: { code: 'oauth.client_refused' },
    });
    expect((await refreshNow(rig)).json).toMatchObject({ state: 'available', version: 2 });
  });

  test('RF-05: while it cannot be refreshed, an expired token is not handed out', async () => {
    const rig = await useTokenRig(start);
    rig.clock.advance(2 * HOUR);
    rig.provider.failNextTokenRequest({ status: 500, body: {} });
    const refused = await handOut(rig);
    expect([refused.status, refused.json.code]).toEqual([503, 'token.unavailable']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.text).not.toContain('accessToken');
    // Within the back-off nobody asks.
    expect(await countRequests(rig, () => Promise.all(Array.from({ length: 10 }, () => handOut(rig))))).toBe(
      0,
    );
    rig.clock.advance(MINUTE);
    expect((await handOut(rig)).status).toBe(200);
  });

  test('OA-17: an answer that is none keeps the old tokens', async () => {
    const rig = await useTokenRig(start);
    const { json: before } = await handOut(rig);
    const faults: TokenFault[] = [
      { status: 200, body: { error: 'oops' } },
      { status: 502, body: '<h1>', headers: { 'content-type': 'text/html' } },
      { status: 429, headers: { 'retry-after': '120' } },
      { status: 302, headers: { location: 'https://evil.example/' } },
    ];
    for (const fault of faults) {
      rig.provider.failNextTokenRequest(fault);
      expect([fault, (await refreshNow(rig)).status]).toEqual([fault, 503]);
      expect((await handOut(rig)).json.accessToken).toBe(before.accessToken);
    }
    expect((await refreshNow(rig)).json).toMatchObject({ state: 'available', version: 2, problem: null });
  });
});

test('a caller who needs the token waits for the instance that refreshes it, also while the schedule looks', async () => {
  const rig = await useTokenRig(sandbox);
  const { db } = rig.testHub.database;
  rig.clock.advance(2 * HOUR);
  // As another instance does it, up to the end of its refresh.
  const store = createTokenStore(db);
  const wish = { version: 1, leaseMs: 30_000, now: rig.clock.now(), isUrgent: true, mayTakeOver: true };
  const lease = await store.takeLease(rig.credentialId, wish);
  if (lease.kind !== 'leased') throw new Error(lease.kind);
  const { tokens } = rig.testHub.hub.tokens;
  const scheduled = tokens.refreshDue(rig.credentialId).catch((error: unknown) => error);
  const answered = handOut(rig);
  expect(await scheduled).toMatchObject({ code: 'token.unavailable' });
  await store.release(lease.token, lease.leaseId, rig.clock.now());
  expect((await answered).status).toBe(200);
});

test('RF-03: a refresh token that the answer leaves out is kept', async () => {
  const clock = new TestClock(new Date());
  const provider = await startSandboxProvider(clock.now);
  provider.sandbox.changeSwitches({ refreshTokenRotation: 'omit' });
  const rig = await useRig(provider, { now: clock.now });
  await getOAuthToken(rig);
  for (let version = 2; version <= 4; version++) {
    expect((await refreshNow(rig)).json).toMatchObject({
      state: 'available',
      version,
      hasRefreshToken: true,
    });
  }
});

test('RF-05: invalid_grant asks for a new consent after one try, which Get OAuth Token repairs', async () => {
  const rig = await useTokenRig(startCertifiedProvider);
  rig.clock.advance(55 * MINUTE);
  rig.provider.failNextTokenRequest(rig.provider.deadRefreshToken);
  expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
  expect(await tokenOf(rig)).toMatchObject({
    state: 'needs_authorization',
    problem: { code: 'oauth.invalid_grant' },
  });
  expect(await countRequests(rig, () => runSchedule(rig))).toBe(0);
  expect((await handOut(rig)).json.code).toBe('token.needs_authorization');
  expect((await refreshNow(rig)).json.code).toBe('token.needs_authorization');
  expect((await actionsOf(rig))[0]).toBe('token.needs_authorization');
  await getOAuthToken(rig);
  expect((await handOut(rig)).status).toBe(200);
});

test("RF-05: Bitbucket's unauthorized_client ends a grant only after 3 refusals over 15 minutes", async () => {
  const rig = await useTokenRig(sandbox);
  rig.provider.failNextTokenRequest(rig.provider.deadRefreshToken, 20);
  const startedMs = rig.clock.nowMs();
  // Many refusals in a short time say no more than one.
  for (let attempt = 0; attempt < 5; attempt++) await refreshNow(rig);
  expect(await tokenOf(rig)).toMatchObject({ state: 'available', problem: { code: 'oauth.client_refused' } });
  expect((await handOut(rig)).status).toBe(200);
  rig.clock.advance(15 * MINUTE - 1);
  await refreshNow(rig);
  expect(await tokenOf(rig)).toMatchObject({ state: 'available' });
  rig.clock.advance(1);
  await refreshNow(rig);
  expect(rig.clock.nowMs() - startedMs).toBe(15 * MINUTE);
  expect(await tokenOf(rig)).toMatchObject({ state: 'needs_authorization' });
});

test('RF-05: left alone, the schedule needs exactly three refusals, and one success forgets them', async () => {
  const rig = await useTokenRig(sandbox);
  const refusedOnce = async () => {
    const { refreshAt } = await tokenOf(rig);
    rig.clock.advance(Math.max(0, Date.parse(refreshAt) - rig.clock.nowMs()));
    return countRequests(rig, () => runSchedule(rig));
  };
  rig.provider.failNextTokenRequest(rig.provider.deadRefreshToken, 2);
  expect([await refusedOnce(), await refusedOnce(), await refusedOnce()]).toEqual([1, 1, 1]);
  expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
  rig.provider.failNextTokenRequest(rig.provider.deadRefreshToken, 3);
  expect([await refusedOnce(), await refusedOnce()]).toEqual([1, 1]);
  expect(await tokenOf(rig)).toMatchObject({ state: 'available' });
  expect(await refusedOnce()).toBe(1);
  expect(await tokenOf(rig)).toMatchObject({ state: 'needs_authorization' });
});

describe('RF-02: an answer that got lost after the provider had rotated', () => {
  async function loseOneAnswer(rig: RefreshRig) {
    rig.clock.advance(55 * MINUTE);
    rig.provider.failNextTokenRequest({ hangup: 'after' });
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
    expect(await tokenOf(rig)).toMatchObject({
      state: 'uncertain',
      version: 1,
      problem: { code: 'oauth.unreachable' },
    });
    // The access token is still good.
    expect((await handOut(rig)).status).toBe(200);
    rig.clock.advance(10_000);
  }

  test('is tried once more with the old token, which Bitbucket accepts for some minutes', async () => {
    const rig = await useTokenRig(sandbox);
    await loseOneAnswer(rig);
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
    expect((await actionsOf(rig)).filter((action) => action !== 'token.handed_out')).toEqual([
      'token.refreshed',
      'token.uncertain',
      'token.consented',
    ]);
  });

  test('with reuse detection ends in a new consent, without a loop', async () => {
    const rig = await useTokenRig(startCertifiedProvider);
    await loseOneAnswer(rig);
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
    expect(await tokenOf(rig)).toMatchObject({ state: 'needs_authorization' });
    rig.clock.advance(HOUR);
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(0);
  });

  test('the retry that gets no answer either says nothing: the provider is asked until it answers', async () => {
    const rig = await useTokenRig(startCertifiedProvider);
    rig.clock.advance(55 * MINUTE);
    for (let lost = 1; lost <= 7; lost++) {
      // Not so many at once that the provider as a whole counts as down.
      if (lost % 2 === 0) await anotherIsAnswered(rig);
      rig.provider.failNextTokenRequest({ hangup: 'before' });
      expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
      expect(await tokenOf(rig)).toMatchObject({ state: 'uncertain', version: 1 });
      rig.clock.advance(11 * MINUTE);
    }
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
  });

  test('without a loop: eight in a row without an answer end in a new consent', async () => {
    const rig = await useTokenRig(sandbox);
    await loseOneAnswer(rig);
    for (let lost = 2; lost <= 8; lost++) {
      expect(await tokenOf(rig)).toMatchObject({ state: 'uncertain' });
      await anotherIsAnswered(rig);
      rig.provider.failNextTokenRequest({ hangup: 'after' });
      expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
      rig.clock.advance(11 * MINUTE);
    }
    expect(await tokenOf(rig)).toMatchObject({ state: 'needs_authorization' });
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(0);
  });
});

describe('the lease', () => {
  const crash = (rig: Rig, sent: boolean) =>
    sql`update tokens set state = 'refreshing', lease_id = 'of a dead process', lease_until = now() - interval '1 hour',
      lease_sent_at = ${sent ? sql`now() - interval '20 s'` : null}, refresh_at = now() - interval '1 hour'`.execute(
      rig.testHub.database.db,
    );

  test('of a holder that vanished before sending is simply free again', async () => {
    const rig = await useTokenRig(sandbox);
    await crash(rig, false);
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2 });
  });

  test('of a holder that vanished after sending is tried again; after eight in a row ten minutes later', async () => {
    const rig = await useTokenRig(sandbox);
    await crash(rig, true);
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
    await sql`update tokens set unknown_outcomes = 6`.execute(rig.testHub.database.db);
    await crash(rig, true);
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 3, problem: null });
    await sql`update tokens set unknown_outcomes = 7`.execute(rig.testHub.database.db);
    await crash(rig, true);
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(0);
    expect(await tokenOf(rig)).toMatchObject({ state: 'uncertain', problem: { code: 'oauth.answer_lost' } });
    rig.clock.advance(9 * MINUTE);
    expect(await countRequests(rig, () => runSchedule(rig))).toBe(0);
    rig.clock.advance(2 * MINUTE);
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 4, problem: null });
  });

  test('a late success is accepted while its refresh token is the current one, a stale write changes nothing', async () => {
    const rig = await useTokenRig(sandbox);
    const { db } = rig.testHub.database;
    const store = createTokenStore(db);
    const now = rig.clock.now();
    const wish = { version: 1, leaseMs: 30_000, now, isUrgent: true, mayTakeOver: true };
    const first = await store.takeLease(rig.credentialId, wish);
    if (first.kind !== 'leased') throw new Error(first.kind);
    expect((await store.takeLease(rig.credentialId, wish)).kind).toBe('held');
    expect(await store.markSent(first.token, first.leaseId, 60_000)).toBe(false);
    expect(await store.markSent(first.token, first.leaseId, 15_000)).toBe(true);
    // The holder sleeps past its lease; another takes over.
    await sql`update tokens set lease_until = now() - interval '1 s'`.execute(db);
    const second = await store.takeLease(rig.credentialId, wish);
    if (second.kind !== 'leased') throw new Error(second.kind);
    expect(second.token.unknownOutcomes).toBe(1);
    const accessToken = first.token.accessToken;
    if (!accessToken) throw new Error('no access token');
    const sealed = {
      accessToken,
      refreshToken: undefined,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + HOUR),
      refreshAt: undefined,
      refreshTokenExpiresAt: undefined,
      lapsesAt: undefined,
      lapsesSince: undefined,
      scopesGranted: undefined,
    };
    expect(await store.markSent(first.token, first.leaseId, 1)).toBe(false);
    const stored = async (token: StoredToken) =>
      (await store.rotateAll([{ token, tokens: sealed }], now, db)).has(token.id);
    expect(await stored(first.token)).toBe(true);
    expect(await stored(second.token)).toBe(false);
    const failed = {
      state: 'needs_authorization' as const,
      problem: { code: 'x', detail: 'x', at: now.toISOString() },
      retryAt: undefined,
      unknownOutcomes: 0,
      refusals: 0,
      firstRefusedAt: undefined,
      failures: 1,
      secretSent: true,
    };
    expect(await store.fail(second.token, second.leaseId, failed, now, db)).toBe(false);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2 });
  });
});

describe('RF-06: a provider that is in trouble', () => {
  test('and answers nothing costs no consent, however often it is asked', async () => {
    const rig = await useTokenRig(startCertifiedProvider);
    rig.clock.advance(55 * MINUTE);
    rig.provider.failNextTokenRequest({ status: 503, body: {} }, 3);
    for (let round = 0; round < 3; round++) {
      await runSchedule(rig);
      rig.clock.advance(MINUTE);
    }
    rig.provider.failNextTokenRequest({ hangup: 'before' }, 4);
    for (let round = 0; round < 4; round++) {
      expect(await countRequests(rig, () => runSchedule(rig))).toBe(1);
      expect(await tokenOf(rig)).toMatchObject({ state: 'uncertain' });
      rig.clock.advance(2 * MINUTE);
    }
    await runSchedule(rig);
    expect(await tokenOf(rig)).toMatchObject({ state: 'available', version: 2, problem: null });
  });

  test.each([
    ['seconds', '120', 120_000],
    ['a date', new Date(Date.now() + 60 * MINUTE + 300_000).toUTCString(), undefined],
    ['10 years', String(10 * 365 * 24 * 3600), HOUR],
    ['a negative number', '-5', 0],
  ])('says when to come again in %s', async (_name, retryAfter, expectedMs) => {
    const rig = await useTokenRig(startCertifiedProvider);
    rig.clock.advance(55 * MINUTE);
    rig.provider.failNextTokenRequest({ status: 429, body: {}, headers: { 'retry-after': retryAfter } });
    await runSchedule(rig);
    const { state, problem } = await tokenOf(rig);
    const waitMs = Date.parse(problem.retryAt) - rig.clock.nowMs();
    expect(state).toBe('available');
    expect(waitMs).toBeGreaterThanOrEqual(Math.max(expectedMs ?? 2 * MINUTE, 1000));
    expect(waitMs).toBeLessThanOrEqual(Math.max(expectedMs ?? HOUR, 2000));
  });
});
