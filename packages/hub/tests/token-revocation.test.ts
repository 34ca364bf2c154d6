import { eventually } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type RevocationRig, useRevocationRig } from './revocation-rig.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const revokePath = '/api/v1/tokens/revoke';

const revocation = async (rig: RevocationRig, id: string) =>
  (await rig.admin.get(`/api/v1/token-revocations/${id}`)).json;

/** Works the queue off, moving the clock over every pause. */
async function workOff(rig: RevocationRig, id: string) {
  return eventually(async () => {
    rig.clock.advance(90 * SECOND);
    await rig.runDue();
    const { counts } = await revocation(rig, id);
    expect(counts.pending).toBe(0);
    return counts;
  }, 150_000);
}

describe('the kill switch', { timeout: 240_000 }, () => {
  test('IN-01: revokes 1,000 tokens here at once and at their providers, with a report of what failed', async () => {
    const rig = await useRevocationRig();
    const { provider, admin } = rig;
    const quiet = await rig.addRegistry({ name: 'Without an endpoint', redirectUrlMode: 'plain' });
    const names = Array.from({ length: 980 }, (_, index) => `t${String(index).padStart(3, '0')}`);
    await rig.addTokens(names);
    await rig.addTokens(
      Array.from({ length: 20 }, (_, index) => `quiet${index}`),
      { registryId: quiet },
    );
    const isRefused = (name: string) => Number(name.slice(1)) % 49 === 0;
    provider.answer = (token, attempt) => {
      const name = token.replace(/^(refresh|access)-/, '');
      if (isRefused(name)) {
        const error_description = `<b>${name}</b> is held by another client`;
        return { status: 400, body: { error: 'invalid_request', error_description } };
      }
      if (attempt > 1) return undefined;
      if (Number(name.slice(1)) % 31 === 1) return { status: 503, headers: { 'retry-after': '5' } };
      if (Number(name.slice(1)) % 31 === 2) return { status: 0, hangup: true };
      return undefined;
    };

    const started = performance.now();
    const { status, json } = await admin.post(revokePath, { which: 'all' });
    const tookMs = performance.now() - started;
    expect([status, json.reason, json.counts.total]).toEqual([201, 'all', 1000]);
    expect(tookMs).toBeLessThan(10_000);
    // Nothing is left that anybody could use, whatever the providers do.
    const { db } = rig.testHub.database;
    const left = await sql<{ count: number }>`
      select count(*)::int as count from tokens
      where state <> 'revoked' or access_token_sealed is not null or refresh_token_sealed is not null`.execute(
      db,
    );
    expect(left.rows[0]?.count).toBe(0);

    const counts = await workOff(rig, json.id);
    const refused = names.filter(isRefused);
    expect(counts).toEqual({
      total: 1000,
      pending: 0,
      localOnly: 20,
      failed: refused.length,
      revoked: 980 - refused.length,
    });
    // The provider's own record agrees, and nobody asked for too much at once.
    const alive = names.filter((name) => !provider.revoked.has(`refresh-${name}`));
    expect(alive).toEqual(refused);
    expect(provider.mostAtOnce()).toBeLessThanOrEqual(8);

    const report = await rig.reportOf(json.id);
    expect(report).toHaveLength(1000);
    // What somebody has to look at comes first, with the provider's answer to the letter.
    expect(new Set(report.slice(0, refused.length).map((row) => row.provider))).toEqual(new Set(['failed']));
    expect(report.find(({ credential }) => credential.name === 't049')).toMatchObject({
      provider: 'failed',
      attempts: 1,
      answer: {
        status: 400,
        error: 'invalid_request',
        errorDescription: '<b>t049</b> is held by another client',
        requestId: expect.stringMatching(/^req-\d+$/),
      },
      explanation: expect.stringContaining('the provider of Forge did not revoke them'),
      remedy: expect.arrayContaining([expect.stringContaining('Token Revocation URL')]),
    });
    expect(report.find(({ credential }) => credential.name === 'quiet3')).toMatchObject({
      provider: 'local_only',
      explanation: expect.stringContaining('offers no revocation'),
    });
    expect(await rig.reportOf(json.id, '&provider=failed')).toHaveLength(refused.length);

    // Each is audited: what ended here, and what became of it there.
    const actions = await sql<{ action: string; count: number }>`
      select action, count(*)::int as count from audit_entries where action like 'token.%' group by 1 order by 1`.execute(
      db,
    );
    expect(actions.rows).toEqual([
      { action: 'token.provider_revocation_failed', count: refused.length },
      { action: 'token.revoked', count: 1000 },
      { action: 'token.revoked_at_provider', count: 980 - refused.length },
    ]);
  });

  test('IN-01: of one registry leaves the others alone', async () => {
    const rig = await useRevocationRig();
    const other = await rig.addRegistry({
      name: 'Other',
      tokenRevocationUrl: `${rig.provider.origin}/revoke`,
    });
    await rig.addTokens(['mine']);
    await rig.addTokens(['theirs'], { registryId: other });
    const body = { which: 'matching', filter: { applicationRegistryId: rig.registryId } };
    const { json } = await rig.admin.post(revokePath, body);
    expect(json.counts.total).toBe(1);
    await workOff(rig, json.id);
    expect([...rig.provider.revoked].toSorted()).toEqual(['access-mine', 'refresh-mine']);
    expect((await rig.admin.get('/api/v1/tokens?state=available')).json.items).toMatchObject([
      { credential: { name: 'theirs' } },
    ]);
  });

  test('an empty filter is not taken for everything', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['mine']);
    const { status, json } = await rig.admin.post(revokePath, { which: 'matching', filter: {} });
    expect([status, json.errors[0].field]).toEqual([400, 'filter']);
    expect((await rig.admin.get('/api/v1/tokens?state=available')).json.total).toBe(1);
  });

  test('says that there was nothing to revoke', async () => {
    const rig = await useRevocationRig();
    const { status, json } = await rig.admin.post(revokePath, { which: 'all' });
    expect([status, json.code]).toEqual([409, 'token.nothing_to_revoke']);
  });
});

describe('telling the provider', { timeout: 60_000 }, () => {
  test('OA-21: 503 with Retry-After is asked again after that time, and not before', async () => {
    const rig = await useRevocationRig();
    const [id] = await rig.addTokens(['a', 'b']);
    rig.provider.answer = (token, attempt) =>
      token === 'refresh-a' && attempt === 1 ? { status: 503, headers: { 'retry-after': '120' } } : undefined;
    const { json } = await rig.admin.post(revokePath, { which: 'chosen', tokenIds: [id] });
    await rig.runDue();
    // The instance itself may have been faster, and still be writing it down.
    await eventually(async () => {
      const [row] = await rig.reportOf(json.id);
      expect([row?.provider, row?.explanation]).toEqual([
        'pending',
        expect.stringContaining('is asked again'),
      ]);
    });
    const asked = rig.provider.asked.length;
    rig.clock.advance(119 * SECOND);
    await rig.runDue();
    expect(rig.provider.asked).toHaveLength(asked);
    rig.clock.advance(5 * SECOND);
    await eventually(async () => {
      await rig.runDue();
      expect((await revocation(rig, json.id)).counts).toMatchObject({ pending: 0, revoked: 1 });
    });
    expect([...rig.provider.revoked]).toEqual(['refresh-a', 'access-a']);
    // One that nobody meant goes on.
    expect((await rig.admin.get('/api/v1/tokens?state=available')).json.items[0].credential.name).toBe('b');
  });

  test('OA-21: goes on with what an instance left half done when it died', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['a']);
    const { db } = rig.testHub.database;
    rig.provider.answer = () => ({ status: 503, headers: { 'retry-after': '60' } });
    const { json } = await rig.admin.post(revokePath, { which: 'all' });
    await eventually(async () => expect((await rig.reportOf(json.id))[0]?.answer?.status).toBe(503));
    // As after a kill: taken, and nobody there any more.
    await sql`update revoked_tokens set lease_until = clock_timestamp() + interval '30 s'`.execute(db);
    rig.provider.answer = () => undefined;
    rig.clock.advance(HOUR);
    await rig.runDue();
    expect((await revocation(rig, json.id)).counts.pending).toBe(1);
    await sql`update revoked_tokens set lease_until = clock_timestamp() - interval '1 s'`.execute(db);
    await eventually(async () => {
      await rig.runDue();
      expect((await revocation(rig, json.id)).counts.revoked).toBe(1);
    });
  });

  test('OA-21: gives up after three days and says so; Try again asks once more', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['a']);
    rig.provider.answer = () => ({ status: 502 });
    const { json } = await rig.admin.post(revokePath, { which: 'all' });
    await eventually(async () => expect((await rig.reportOf(json.id))[0]?.answer?.status).toBe(502));
    rig.clock.advance(3 * DAY);
    const row = await eventually(async () => {
      await rig.runDue();
      const [told] = await rig.reportOf(json.id);
      expect(told).toMatchObject({ provider: 'failed', answer: { status: 502 } });
      return told;
    });
    expect(row?.repeatableUntil).not.toBeNull();
    rig.provider.answer = () => undefined;
    const again = await rig.admin.post(`/api/v1/token-revocations/${json.id}/repeat`);
    expect([again.status, again.json.counts.pending]).toEqual([200, 1]);
    rig.clock.advance(SECOND);
    expect(await workOff(rig, json.id)).toMatchObject({ revoked: 1, failed: 0 });
    const nothing = await rig.admin.post(`/api/v1/token-revocations/${json.id}/repeat`);
    expect([nothing.status, nothing.json.code]).toEqual([409, 'token.nothing_to_revoke']);
  });

  test('a token without a refresh token is revoked as well', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['program'], { withRefreshToken: false });
    const { json } = await rig.admin.post(revokePath, { which: 'all' });
    await workOff(rig, json.id);
    expect([...rig.provider.revoked]).toEqual(['access-program']);
  });

  test('an access token that cannot be revoked does not make a revoked grant a failure (RFC 7009 §2.2.1)', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['a']);
    rig.provider.answer = (token) =>
      token === 'access-a' ? { status: 400, body: { error: 'unsupported_token_type' } } : undefined;
    const { json } = await rig.admin.post(revokePath, { which: 'all' });
    expect(await workOff(rig, json.id)).toMatchObject({ revoked: 1, failed: 0 });
  });

  test('IN-01: deleting a credential, or giving it another profile, revokes its token at the provider', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['deleted', 'moved']);
    const other = await rig.addRegistry({ name: 'Other' });
    const { json: profiles } = await rig.admin.get(
      `/api/v1/oauth-entity-profiles?applicationRegistryId=${other}`,
    );
    const { json: credentials } = await rig.admin.get('/api/v1/credentials?sort=name');
    const [deleted, moved] = credentials.items;
    expect((await rig.admin.delete(`/api/v1/credentials/${deleted.id}`)).status).toBe(204);
    const patched = await rig.admin.patch(`/api/v1/credentials/${moved.id}`, {
      profileId: profiles.items[0].id,
    });
    expect([patched.status, patched.json.token.state]).toEqual([200, 'none']);
    await eventually(async () => {
      await rig.runDue();
      expect([...rig.provider.revoked].toSorted()).toEqual([
        'access-deleted',
        'access-moved',
        'refresh-deleted',
        'refresh-moved',
      ]);
    });
    const { json } = await rig.admin.get('/api/v1/token-revocations?sort=createdAt');
    expect(json.items.map(({ reason }: { reason: string }) => reason)).toEqual([
      'credential_deleted',
      'profile_changed',
    ]);
  });

  test('IN-01: revokes what a refresh brings after its token was revoked here', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['a']);
    const { json } = await rig.admin.get('/api/v1/credentials');
    const asked = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    rig.provider.issue = async () => {
      asked.resolve();
      await ended.promise;
      const tokens = { access_token: 'access-late', refresh_token: 'refresh-late', token_type: 'bearer' };
      return { status: 200, body: { ...tokens, expires_in: 3600 } };
    };
    const refreshing = rig.admin.post(`/api/v1/credentials/${json.items[0].id}/token/refresh`);
    await asked.promise;
    await rig.admin.post(revokePath, { which: 'all' });
    ended.resolve();
    const refused = await refreshing;
    expect([refused.status, refused.json.code]).toEqual([409, 'token.revoked']);
    await eventually(async () => {
      await rig.runDue();
      expect([...rig.provider.revoked].toSorted()).toEqual([
        'access-a',
        'access-late',
        'refresh-a',
        'refresh-late',
      ]);
    });
    await eventually(async () => {
      const { json: revocations } = await rig.admin.get('/api/v1/token-revocations?sort=-createdAt');
      expect(revocations.items[0]).toMatchObject({ reason: 'refreshed_too_late', counts: { revoked: 1 } });
    });
    expect((await rig.admin.get('/api/v1/tokens')).json.items[0].token.state).toBe('revoked');
  });

  test('KE-01: no secret of a revoked token stays after its provider has confirmed', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['a']);
    const { json } = await rig.admin.post(revokePath, { which: 'all' });
    await workOff(rig, json.id);
    const row = await rig.testHub.database.db
      .selectFrom('revoked_tokens')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect([row.access_token_sealed, row.refresh_token_sealed]).toEqual([null, null]);
  });
});

describe('Manage Tokens', { timeout: 60_000 }, () => {
  test('lists, filters and sorts tokens with the records around them', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['old']);
    const { db } = rig.testHub.database;
    rig.clock.advance(80 * DAY);
    await rig.addTokens(['new']);
    rig.clock.advance(20 * DAY);
    await sql`update tokens set last_used_at = ${rig.clock.now()} where scopes_asked = '{}'`.execute(db);
    const list = async (query: string) => {
      const { status, json, text } = await rig.admin.get(`/api/v1/tokens?${query}`);
      expect([status, text]).toEqual([200, expect.anything()]);
      return json.items.map(({ credential }: { credential: { name: string } }) => credential.name);
    };
    expect(await list('sort=name')).toEqual(['new', 'old']);
    expect(await list('sort=-unusedSince')).toEqual(['new', 'old']);
    expect(await list('unusedForDays=90')).toEqual(['old']);
    expect(await list('unusedForDays=10&sort=unusedSince')).toEqual(['old', 'new']);
    // The refresh token of the one ended ten days ago; that of the other ends in seventy.
    expect(await list('expiresWithinDays=30')).toEqual(['old']);
    expect(await list('expiresWithinDays=71&sort=endsAt')).toEqual(['old', 'new']);
    expect(await list('q=NE')).toEqual(['new']);
    expect(await list('state=revoked')).toEqual([]);
    // With a use it is not unused any more.
    await sql`update tokens set last_used_at = ${rig.clock.now()}`.execute(db);
    expect(await list('unusedForDays=10')).toEqual([]);

    const { json: first } = await rig.admin.get('/api/v1/tokens?sort=lastRefreshAt&limit=1');
    expect(first).toMatchObject({ total: 2, nextCursor: expect.any(String) });
    const { json: second } = await rig.admin.get(
      `/api/v1/tokens?sort=lastRefreshAt&limit=1&cursor=${first.nextCursor}`,
    );
    expect(second.items[0].id).not.toBe(first.items[0].id);
    expect(second.nextCursor).toBeNull();
    const { json: one } = await rig.admin.get(`/api/v1/tokens/${second.items[0].id}`);
    expect(one).toMatchObject({
      applicationRegistry: { name: 'Forge' },
      profile: { name: 'Forge default_profile' },
      tools: [],
      providerRevocation: null,
      token: { state: 'available', scopesAsked: ['repo:read'], hasRefreshToken: true },
    });
    expect(JSON.stringify(one)).not.toContain('access-');
  });

  test('bad input names the field', async () => {
    const rig = await useRevocationRig();
    const bad = await rig.admin.get('/api/v1/tokens?unusedForDays=ninety');
    expect([bad.status, bad.json.errors[0].field]).toEqual([400, 'unusedForDays']);
    const none = await rig.admin.post(revokePath, { which: 'chosen', tokenIds: [] });
    expect([none.status, none.json.errors[0]]).toMatchObject([400, { field: 'tokenIds' }]);
    const unknown = await rig.admin.get('/api/v1/token-revocations/rev_00000000000000000000000000');
    expect([unknown.status, unknown.json.code]).toEqual([404, 'record.unknown']);
  });
});
