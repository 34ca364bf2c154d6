import { randomBytes } from 'node:crypto';
import { type TestDatabase, useTestHub } from '@lockkeeper/testing';
import { parseMasterKeys } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { useRevocationRig } from './revocation-rig.ts';

/** One change of who holds a token's lease, by the database's clock, written by the statement that made it. */
interface LeaseChange {
  readonly number: number;
  readonly tokenId: string;
  readonly atMs: number;
  /** Who held it before, and until when. */
  readonly before: string | null;
  readonly beforeUntilMs: number | null;
  readonly after: string | null;
}

async function keepLeaseHistory({ db }: TestDatabase): Promise<void> {
  await sql
    .raw(
      `create table lease_history (
         number bigint generated always as identity, token_id text, at timestamptz default clock_timestamp(),
         before text, before_until timestamptz, after text);
       create function keep_lease() returns trigger language plpgsql as $$ begin
         insert into lease_history (token_id, before, before_until, after)
         values (new.id, old.lease_id, old.lease_until, new.lease_id);
         return null;
       end $$;
       create trigger keep_lease after update on tokens for each row
         when (old.lease_id is distinct from new.lease_id) execute function keep_lease();`,
    )
    .execute(db);
}

async function leaseHistoryOf({ db }: TestDatabase): Promise<LeaseChange[]> {
  const { rows } = await sql<LeaseChange>`
    select number::int as number, token_id as "tokenId", extract(epoch from at)::float8 * 1000 as "atMs", before,
      extract(epoch from before_until)::float8 * 1000 as "beforeUntilMs", after
    from lease_history order by number
  `.execute(db);
  return rows;
}

/** What must never be: two holders at once, or one who holds again what it had lost. */
function overlapsIn(history: readonly LeaseChange[]): string[] {
  const holderOf = new Map<string, string | null>();
  const seen = new Set<string>();
  return history.flatMap(({ number, tokenId, atMs, before, beforeUntilMs, after }) => {
    const wrong: string[] = [];
    if ((holderOf.get(tokenId) ?? null) !== before) wrong.push(`${number}: held by somebody else before`);
    if (before !== null && after !== null && (beforeUntilMs ?? 0) > atMs) {
      wrong.push(`${number}: taken while it was held`);
    }
    if (after !== null && seen.has(after)) wrong.push(`${number}: the same lease twice`);
    if (after !== null) seen.add(after);
    holderOf.set(tokenId, after);
    return wrong;
  });
}

test('RL-10: the history of leases of three instances under faults shows no two holders at once', {
  timeout: 60_000,
}, async () => {
  const masterKeys = parseMasterKeys(randomBytes(32).toString('base64'), undefined);
  const rig = await useRevocationRig({ masterKeys });
  const { database } = rig.testHub;
  await keepLeaseHistory(database);
  const hubs = [rig.testHub];
  while (hubs.length < 3) {
    const allowOrigins = [rig.provider.origin];
    hubs.push(await useTestHub({ database, masterKeys, now: rig.clock.now, allowOrigins }));
  }
  await rig.addTokens(Array.from({ length: 20 }, (_, index) => `t${index}`));
  let request = 0;
  rig.provider.issue = async () => {
    const number = ++request;
    await new Promise((resolve) => setTimeout(resolve, number % 5));
    if (number % 7 === 0) return { status: 503 };
    const tokens = { access_token: `a${number}`, refresh_token: `r${number}`, token_type: 'bearer' };
    return { status: 200, body: { ...tokens, expires_in: 3600 } };
  };
  for (let round = 0; round < 8; round++) {
    rig.clock.advance(round % 2 === 0 ? 55 * 60_000 : 60_000);
    const work = hubs.map(({ hub }) => hub.tokens.schedule.runDue());
    // As when a holder sleeps past its lease.
    await sql`update tokens set lease_until = clock_timestamp() where lease_id is not null and random() < 0.3`.execute(
      database.db,
    );
    await Promise.all(work);
  }
  const history = await leaseHistoryOf(database);
  const taken = history.filter(({ after }) => after !== null);
  expect(taken.length).toBeGreaterThan(60);
  expect(overlapsIn(history)).toEqual([]);
});

test('RL-10: the checker finds a lease that was taken while it was held, one that came back, and a gap', () => {
  const change = (number: number, facts: Partial<LeaseChange>): LeaseChange => ({
    ...{ number, tokenId: 'tok', atMs: number * 1000, before: null, beforeUntilMs: null, after: null },
    ...facts,
  });
  const fine = [
    change(1, { after: 'a' }),
    change(2, { before: 'a', beforeUntilMs: 31_000 }),
    change(3, { after: 'b' }),
    change(34, { before: 'b', beforeUntilMs: 33_000, after: 'c' }),
  ];
  expect(overlapsIn(fine)).toEqual([]);
  expect(
    overlapsIn([change(1, { after: 'a' }), change(2, { before: 'a', beforeUntilMs: 31_000, after: 'b' })]),
  ).toEqual(['2: taken while it was held']);
  expect(overlapsIn([...fine, change(40, { before: 'c', beforeUntilMs: 39_000, after: 'a' })])).toEqual([
    '40: the same lease twice',
  ]);
  expect(overlapsIn([change(1, { after: 'a' }), change(2, { after: 'b' })])).toEqual([
    '2: held by somebody else before',
  ]);
});
