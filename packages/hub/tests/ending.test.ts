import { eventually } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { LANE_WIDTH } from '../src/tokens/refresh-schedule.ts';
import { getOAuthToken } from './provider-rig.ts';
import { useRevocationRig } from './revocation-rig.ts';
import { useRealAgent, useTunnelRig } from './tunnel-rig.ts';

const MINUTE = 60_000;

test('RL-05: told to end, it refreshes nothing more by itself, however long a caller keeps it waiting', async () => {
  const rig = await useRevocationRig();
  const { hub, address, database } = rig.testHub;
  const [ofCaller, ofSchedule] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let requests = 0;
  rig.provider.issue = async () => {
    const number = ++requests;
    await (number === 1 ? ofCaller : ofSchedule).promise;
    const tokens = { access_token: `access-new-${number}`, refresh_token: `refresh-new-${number}` };
    return { status: 200, body: { ...tokens, token_type: 'bearer', expires_in: 3600 } };
  };
  await rig.addTokens(Array.from({ length: 200 }, (_, index) => `t${index}`));
  // Of the caller alone: nothing is due.
  const [ofCallerId] = await rig.addTokens(['asked for']);
  await database.db
    .updateTable('tokens')
    .set({ refresh_at: null })
    .where('id', '=', ofCallerId ?? '')
    .execute();
  const { json } = await rig.admin.get('/api/v1/credentials?q=asked');
  const refreshing = rig.admin.post(`/api/v1/credentials/${json.items[0].id}/token/refresh`);
  await eventually(() => expect(requests).toBe(1));
  rig.clock.advance(55 * MINUTE);
  hub.tokens.schedule.wake();
  const begun = 1 + LANE_WIDTH;
  await eventually(() => expect(requests).toBe(begun));

  const stopped = hub.stop();
  await eventually(() => expect(fetch(`${address}/healthz`)).rejects.toThrow());
  ofSchedule.resolve();
  const refreshed = () => database.db.selectFrom('tokens').select('id').where('version', '=', 2).execute();
  await eventually(async () => expect(await refreshed()).toHaveLength(begun - 1));
  ofCaller.resolve();
  expect((await refreshing).status).toBe(200);
  await stopped;
  expect(requests).toBe(begun);
  expect(await refreshed()).toHaveLength(begun);
});

test('RL-05: told to end in the middle of a refresh through a MID Server, it lets the answer come', async () => {
  const rig = await useTunnelRig();
  await useRealAgent(rig, 'mid-a');
  await getOAuthToken(rig);
  const { db } = rig.testHub.database;
  // Held just before it sends.
  await sql`
    create function hold() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(42); return new; end $$
  `.execute(db);
  await sql`
    create trigger hold before update on tokens for each row
    when (old.lease_sent_at is null and new.lease_sent_at is not null) execute function hold()
  `.execute(db);
  const { refreshing, stopped } = await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(42)`.execute(trx);
    const refreshing = rig.admin.post(`${rig.path}/token/refresh`);
    await eventually(async () => {
      const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(
        db,
      );
      expect(rows).toHaveLength(1);
    });
    const stopped = rig.testHub.hub.stop();
    await eventually(() => expect(fetch(`${rig.testHub.address}/healthz`)).rejects.toThrow());
    return { refreshing, stopped };
  });
  expect(await refreshing).toMatchObject({ status: 200, json: { state: 'available', version: 2 } });
  await stopped;
});
