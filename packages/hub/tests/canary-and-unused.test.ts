import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type RevocationRig, useRevocationRig } from './revocation-rig.ts';

const DAY = 24 * 3600 * 1000;

async function idOf(rig: RevocationRig, name: string): Promise<string> {
  return (await rig.admin.get(`/api/v1/credentials?q=${name}`)).json.items[0].id;
}

describe('IN-01: a canary credential', { timeout: 60_000 }, () => {
  async function useCanary() {
    const rig = await useRevocationRig();
    await rig.addTokens(['canary', 'other']);
    const id = await idOf(rig, 'canary');
    const patched = await rig.admin.patch(`/api/v1/credentials/${id}`, { canary: true });
    expect([patched.status, patched.json.canary]).toEqual([200, true]);
    const alarms = async (query = '') => (await rig.admin.get(`/api/v1/canary-alarms?${query}`)).json.items;
    return { rig, id, alarms, thief: await rig.testHub.withRole('integration') };
  }

  test('raises an alarm with every use, one for each user, until somebody acknowledges it', async () => {
    const { rig, id, alarms, thief } = await useCanary();
    expect(await alarms()).toEqual([]);
    const use = () => thief.post(`/api/v1/credentials/${id}/access-token`);
    expect((await use()).status).toBe(200);
    expect((await use()).status).toBe(200);
    const owner = { kind: 'user', id: 'usr_1', name: 'Tove Tool Owner' } as const;
    await rig.testHub.hub.tokens.tokens.accessToken(id, owner);
    expect(await alarms('sort=lastAt')).toMatchObject([
      { kind: 'handed_out', count: 2, actor: { kind: 'api_key' }, credential: { name: 'canary' } },
      { kind: 'called', count: 1, actor: owner },
    ]);
    const entries = await rig.admin.get('/api/v1/audit-entries?action=credential.canary_used');
    expect(entries.json.items).toHaveLength(2);
    expect(entries.json.items[0].outcome).toBe('failure');

    const [first] = await alarms('sort=lastAt');
    const done = await rig.admin.post(`/api/v1/canary-alarms/${first.id}/acknowledge`);
    expect([done.status, done.json.acknowledgedBy.name]).toEqual([200, 'Ada Admin']);
    expect(await alarms('acknowledged=false')).toHaveLength(1);
    // The next use is news again.
    await use();
    expect(await alarms('acknowledged=false')).toHaveLength(2);
  });

  test('and with an attempt that is refused', async () => {
    const { rig, id, alarms, thief } = await useCanary();
    await rig.admin.patch(`/api/v1/credentials/${id}`, { allowTokenHandOut: false });
    expect((await thief.post(`/api/v1/credentials/${id}/access-token`)).status).toBe(403);
    expect(await alarms()).toMatchObject([{ kind: 'handed_out', count: 1 }]);
    await rig.admin.patch(`/api/v1/credentials/${id}`, { active: false });
    expect((await thief.post(`/api/v1/credentials/${id}/access-token`)).status).toBe(409);
    expect(await alarms()).toMatchObject([{ count: 2 }]);
  });

  test('but not with another credential, nor with keeping it alive and testing it', async () => {
    const { rig, id, alarms, thief } = await useCanary();
    const other = await idOf(rig, 'other');
    expect((await thief.post(`/api/v1/credentials/${other}/access-token`)).status).toBe(200);
    await rig.admin.post(`/api/v1/credentials/${id}/token/refresh`);
    const tested = await rig.admin.post(`/api/v1/credentials/${id}/test`, {});
    expect(tested.json.steps.at(-1)).toMatchObject({
      result: 'not_checked',
      explanation: expect.stringContaining('canary'),
    });
    expect(await alarms()).toEqual([]);
  });
});

describe('IN-04: credentials that nobody uses', { timeout: 60_000 }, () => {
  const activeOf = async (rig: RevocationRig) => {
    const { json } = await rig.admin.get('/api/v1/credentials?sort=name&active=true');
    return json.items.map(({ name }: { name: string }) => name);
  };

  test('are listed after 90 days and left alone, unless the operator wants it otherwise', async () => {
    const rig = await useRevocationRig();
    await rig.addTokens(['old']);
    rig.clock.advance(91 * DAY);
    await rig.testHub.hub.tokens.unused.runDue();
    expect(await activeOf(rig)).toEqual(['old']);
    expect((await rig.admin.get('/api/v1/tokens?unusedForDays=90')).json.total).toBe(1);
  });

  test('are deactivated after the set time, audited, with their token kept', async () => {
    const rig = await useRevocationRig({ disableUnusedAfterDays: 120 });
    const { db } = rig.testHub.database;
    await rig.addTokens(['canary', 'old', 'used']);
    await db.updateTable('credentials').set({ canary: true }).where('name', '=', 'canary').execute();
    rig.clock.advance(119 * DAY);
    await sql`
      update tokens set last_used_at = ${rig.clock.now()}
      where credential_id = (select id from credentials where name = 'used')`.execute(db);
    await rig.testHub.hub.tokens.unused.runDue();
    expect(await activeOf(rig)).toEqual(['canary', 'old', 'used']);
    rig.clock.advance(2 * DAY);
    await rig.testHub.hub.tokens.unused.runDue();
    expect(await activeOf(rig)).toEqual(['canary', 'used']);
    const old = await idOf(rig, 'old');
    const { json } = await rig.admin.get(
      `/api/v1/audit-entries?subjectId=${old}&action=credential.deactivated`,
    );
    expect(json.items).toMatchObject([{ actor: { name: 'scheduler' }, after: { active: false } }]);
    const row = await db
      .selectFrom('tokens')
      .selectAll()
      .where('credential_id', '=', old)
      .executeTakeFirstOrThrow();
    expect([row.state, row.refresh_token_sealed]).toEqual(['available', expect.any(String)]);

    // Whoever activates it again is not overruled at once.
    await rig.admin.patch(`/api/v1/credentials/${old}`, { active: true });
    await rig.testHub.hub.tokens.unused.runDue();
    expect(await activeOf(rig)).toEqual(['canary', 'old', 'used']);
  });
});
