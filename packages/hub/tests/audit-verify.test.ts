import { createTestDatabase, type TestDatabase } from '@lockkeeper/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAuditLog } from '../src/access/audit-log.ts';
import { verifyAuditLog } from '../src/access/verify-audit-log.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  const auditLog = createAuditLog({ now: () => new Date() });
  for (let index = 1; index <= 10; index++) {
    const subject = { type: 'thing', id: `t${index}`, name: null };
    const draft = { action: 'thing.changed', subject, summary: `changed ${index}`, after: { index } };
    await auditLog.record({ actor: { kind: 'system', id: null, name: 'test' }, ...draft }, database.db);
  }
});
afterEach(() => database.close());

/** What whoever owns the database can do, triggers or not. */
async function asSuperuser(...statements: string[]): Promise<void> {
  await sql`alter table audit_entries disable trigger all`.execute(database.db);
  for (const statement of statements) await sql.raw(statement).execute(database.db);
}

const verify = (checkpoint?: { sequence: number; hash: string }) =>
  verifyAuditLog(database.db, { batch: 3, ...(checkpoint ? { checkpoint } : {}) });

it('WB-10: an untouched log is intact, and its end can be written down', async () => {
  const verdict = await verify();
  expect(verdict).toMatchObject({ intact: true, entries: 10, end: { sequence: 10 } });
  if (verdict.intact) expect(await verify(verdict.end)).toEqual(verdict);
});

it.each([
  [`update audit_entries set summary = 'nothing' where sequence = 4`, 4, 'changed'],
  [`update audit_entries set after = '{"index": 5.1}' where sequence = 5`, 5, 'changed'],
  [`update audit_entries set actor_name = 'mallory' where sequence = 1`, 1, 'changed'],
  [`update audit_entries set actor_kind = 'ghost' where sequence = 6`, 6, 'changed'],
  [`update audit_entries set at = at - interval '1 hour' where sequence = 10`, 10, 'changed'],
  [`update audit_entries set request_id = 'req_other' where sequence = 7`, 7, 'changed'],
  [`delete from audit_entries where sequence = 6`, 6, 'missing'],
  [`delete from audit_entries where sequence = 1`, 1, 'missing'],
  [`delete from audit_entries where sequence > 8`, 9, 'missing'],
  [`truncate audit_entries`, 1, 'missing'],
  [`update audit_head set sequence = 8`, 9, 'beyond_end'],
  [`delete from audit_head`, 10, 'beyond_end'],
])('WB-10: after "%s" by a superuser the verifier names entry %i', async (statement, sequence, reason) => {
  await asSuperuser(statement);
  expect(await verify()).toMatchObject({ intact: false, sequence, reason });
});

it('WB-10: an entry that was changed together with its hashes breaks the next one', async () => {
  await asSuperuser(
    `update audit_entries set content_hash = (select content_hash from audit_entries where sequence = 2) where sequence = 3`,
  );
  expect(await verify()).toMatchObject({ intact: false, sequence: 3, reason: 'changed' });
  await asSuperuser(
    'delete from audit_entries where sequence = 5',
    'update audit_entries set sequence = sequence - 1 where sequence > 5',
  );
  expect(await verify()).toMatchObject({ intact: false, sequence: 3 });
});

it('WB-10: entries that were renumbered after a deletion are named', async () => {
  await asSuperuser(
    'delete from audit_entries where sequence = 5',
    'update audit_entries set sequence = sequence - 1 where sequence > 5',
    'update audit_head set sequence = 9',
  );
  expect(await verify()).toMatchObject({ intact: false, sequence: 5, reason: 'unchained' });
});

it('WB-10: a cut at the end with the head set back shows only against a checkpoint kept elsewhere', async () => {
  const before = await verify();
  if (!before.intact) throw new Error('broken from the start');
  await asSuperuser(
    'delete from audit_entries where sequence > 8',
    'update audit_head set sequence = 8, hash = (select hash from audit_entries where sequence = 8)',
  );
  expect(await verify()).toMatchObject({ intact: true, entries: 8 });
  expect(await verify(before.end)).toMatchObject({ intact: false, sequence: 9, reason: 'missing' });
  expect(await verify({ sequence: 8, hash: before.end.hash })).toMatchObject({
    intact: false,
    sequence: 8,
    reason: 'checkpoint',
  });
});
