import { eventually } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import {
  getOAuthToken,
  startCertifiedProvider,
  startSandboxProvider,
  tokenOf,
  useRig,
} from './provider-rig.ts';

const path = '/api/v1/credentials';

describe('a credential', () => {
  test('has the defaults of the form, and shows profile and registry', async () => {
    const rig = await useRig(await startSandboxProvider());
    const { json } = await rig.admin.get(`${path}/${rig.credentialId}`);
    expect(json).toMatchObject({
      type: 'oauth2',
      active: true,
      appliesTo: { kind: 'all' },
      order: 100,
      allowTokenHandOut: false,
      profile: {
        name: 'My Bitbucket App Provider default_profile',
        applicationRegistryId: rig.registryId,
        template: 'bitbucket-cloud',
      },
      tools: [],
      token: { state: 'none', permissions: [] },
      sealedWith: null,
    });
    expect(json.token.message).toContain('OAuth Access or Refresh tokens are not available.');
  });

  test('names what is wrong: name taken, profile unknown, MID Server unknown', async () => {
    const rig = await useRig(await startSandboxProvider());
    const { json: existing } = await rig.admin.get(`${path}/${rig.credentialId}`);
    const taken = await rig.admin.post(path, { name: 'PLATFORM', profileId: existing.profileId });
    expect(taken.json).toMatchObject({
      code: 'record.name_taken',
      errors: [{ field: 'name', conflictingId: existing.id }],
    });
    const profile = await rig.admin.post(path, { name: 'New', profileId: 'prof_01KA7N4V8ZQJ2M00000000000A' });
    expect(profile.json.errors).toMatchObject([{ field: 'profileId' }]);
    const appliesTo = { kind: 'specific', midServerIds: ['mid_01KA7N4V8ZQJ2M00000000000A'] };
    const mid = await rig.admin.post(path, { name: 'New', profileId: existing.profileId, appliesTo });
    expect(mid.json.errors).toMatchObject([{ field: 'appliesTo.midServerIds' }]);
    expect((await rig.admin.get(path)).json.total).toBe(1);
  });

  test('is listed by the state of its token, which is none before the first consent', async () => {
    const rig = await useRig(await startSandboxProvider());
    const total = async (state: string) => (await rig.admin.get(`${path}?state=${state}`)).json.total;
    expect([await total('none'), await total('available')]).toEqual([1, 0]);
    await getOAuthToken(rig);
    expect([await total('none'), await total('available')]).toEqual([0, 1]);
    expect((await rig.admin.get(`${path}?state=broken`)).status).toBe(400);
  });

  test('cannot be deleted while a tool uses it, nor its registry while it is there', async () => {
    const rig = await useRig(await startSandboxProvider());
    const { db } = rig.testHub.database;
    await sql`insert into tools (id, kind, name, base_url, credential_id, created_at, created_by, updated_at)
      values ('tool_01KA7N4V8ZQJ2M00000000000A', 'x', 'Docs', 'https://x.example', ${rig.credentialId}, now(), '{}', now())`.execute(
      db,
    );
    const refused = await rig.admin.delete(`${path}/${rig.credentialId}`);
    expect([refused.status, refused.json.code, refused.json.detail]).toEqual([
      409,
      'record.in_use',
      expect.stringContaining('Docs'),
    ]);
    const registry = await rig.admin.delete(`/api/v1/application-registries/${rig.registryId}`);
    expect([registry.status, registry.json.detail]).toEqual([409, expect.stringContaining('Platform')]);
    await sql`delete from tools`.execute(db);
    expect((await rig.admin.delete(`${path}/${rig.credentialId}`)).status).toBe(204);
    expect((await rig.admin.delete(`/api/v1/application-registries/${rig.registryId}`)).status).toBe(204);
  });

  test('loses its token with its profile', async () => {
    const rig = await useRig(await startSandboxProvider());
    await getOAuthToken(rig);
    const other = await rig.admin.post('/api/v1/oauth-entity-profiles', {
      name: 'Other',
      applicationRegistryId: rig.registryId,
      grantType: 'authorization_code',
    });
    const changed = await rig.admin.patch(`${path}/${rig.credentialId}`, { profileId: other.json.id });
    expect(changed.json.token.state).toBe('none');
  });
});

describe('handing the access token out', () => {
  test('is off until an admin allows it, is for admin and integration alone, and leaves a trace', async () => {
    const rig = await useRig(await startSandboxProvider());
    await getOAuthToken(rig);
    const handOut = `${path}/${rig.credentialId}/access-token`;
    const integration = await rig.testHub.withRole('integration');
    expect((await integration.post(handOut)).json.code).toBe('credential.hand_out_off');
    await rig.admin.patch(`${path}/${rig.credentialId}`, { allowTokenHandOut: true });
    const { status, json, headers } = await integration.post(handOut);
    expect([status, json.tokenType, json.credentialId]).toEqual([200, 'Bearer', rig.credentialId]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Date.parse(json.expiresAt)).toBeGreaterThan(Date.now());
    for (const role of ['tool_owner', 'viewer'] as const) {
      expect((await (await rig.testHub.withRole(role)).post(handOut)).status).toBe(403);
    }
    // Written within a second of the use.
    const audit = await eventually(async () => {
      const entries = await rig.admin.get(
        `/api/v1/audit-entries?subjectId=${rig.credentialId}&action=credential.used`,
      );
      const after = { kind: 'handed_out', count: 1 };
      expect(entries.json.items).toMatchObject([{ actor: { kind: 'api_key' }, outcome: 'success', after }]);
      return entries;
    });
    expect(audit.text).not.toContain(json.accessToken);
    await eventually(async () => expect((await tokenOf(rig)).lastUsedAt).not.toBeNull());
  });

  test('stops when the credential or its registry is not active', async () => {
    const rig = await useRig(await startSandboxProvider());
    await getOAuthToken(rig);
    const credential = `${path}/${rig.credentialId}`;
    await rig.admin.patch(credential, { allowTokenHandOut: true, active: false });
    expect((await rig.admin.post(`${credential}/access-token`)).json.code).toBe('credential.inactive');
    await rig.admin.patch(credential, { active: true });
    await rig.admin.patch(`/api/v1/application-registries/${rig.registryId}`, { active: false });
    expect((await rig.admin.post(`${credential}/access-token`)).json.code).toBe('credential.inactive');
  });

  test('KE-01: tokens that were swapped between columns or rows in the database are not handed out', async () => {
    const rig = await useRig(await startSandboxProvider());
    await getOAuthToken(rig);
    const credential = `${path}/${rig.credentialId}`;
    await rig.admin.patch(credential, { allowTokenHandOut: true });
    const { db } = rig.testHub.database;
    const good = await db.selectFrom('tokens').selectAll().executeTakeFirstOrThrow();
    await db.updateTable('tokens').set({ access_token_sealed: good.refresh_token_sealed }).execute();
    expect((await rig.admin.post(`${credential}/access-token`)).json.code).toBe('internal');
    await db
      .updateTable('tokens')
      .set({ access_token_sealed: good.access_token_sealed, access_token_version: 7 })
      .execute();
    expect((await rig.admin.post(`${credential}/access-token`)).json.code).toBe('internal');
    await db.updateTable('tokens').set({ access_token_version: good.access_token_version }).execute();
    expect((await rig.admin.post(`${credential}/access-token`)).status).toBe(200);
    await sql`update tokens set id = 'tok_of_another_row'`.execute(db);
    // What was opened a moment ago is in memory until something says that it changed.
    await rig.admin.patch(credential, { order: 200 });
    expect((await rig.admin.post(`${credential}/access-token`)).json.code).toBe('internal');
  });
});

describe('revoking', () => {
  test('OA-21: is local where the provider offers nothing, and says so', async () => {
    const rig = await useRig(await startSandboxProvider());
    await getOAuthToken(rig);
    const { json } = await rig.admin.post(`${path}/${rig.credentialId}/token/revoke`);
    expect(json).toMatchObject({
      provider: 'local_only',
      token: { state: 'revoked', hasRefreshToken: false },
    });
    expect(json.detail).toContain('Bitbucket offers no revocation');
    const row = await rig.testHub.database.db.selectFrom('tokens').selectAll().executeTakeFirstOrThrow();
    expect([row.access_token_sealed, row.refresh_token_sealed]).toEqual([null, null]);
    const refused = await rig.admin.post(`${path}/${rig.credentialId}/token/refresh`);
    expect(refused.json.code).toBe('token.revoked');
    expect((await rig.admin.post(`${path}/${rig.credentialId}/token/revoke`)).json.code).toBe(
      'token.revoked',
    );
    await getOAuthToken(rig);
    expect((await tokenOf(rig)).state).toBe('available');
  });

  test('OA-21: ends the grant at a provider that offers it', async () => {
    const rig = await useRig(await startCertifiedProvider());
    await getOAuthToken(rig);
    const { db } = rig.testHub.database;
    const before = await db.selectFrom('tokens').selectAll().executeTakeFirstOrThrow();
    const { json } = await rig.admin.post(`${path}/${rig.credentialId}/token/revoke`);
    expect(json).toMatchObject({ provider: 'revoked', token: { state: 'revoked' } });
    // The provider knows the old refresh token no more.
    await db
      .updateTable('tokens')
      .set({
        state: 'available',
        access_token_sealed: before.access_token_sealed,
        access_token_version: before.access_token_version,
        refresh_token_sealed: before.refresh_token_sealed,
        refresh_token_version: before.refresh_token_version,
      })
      .execute();
    const refused = await rig.admin.post(`${path}/${rig.credentialId}/token/refresh`);
    expect(refused.json.code).toBe('token.needs_authorization');
  });
});
