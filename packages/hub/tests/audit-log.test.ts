import { createTestDatabase, TestClock, type TestDatabase } from '@lockkeeper/testing';
import { Secret } from '@lockkeeper/vault';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AuditDraft, chainHash, changedFields, contentHash } from '../src/access/audit-entry.ts';
import { createAuditLog } from '../src/access/audit-log.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const clock = new TestClock();
const auditLog = createAuditLog(clock);

function draft(name: string, more: Partial<AuditDraft> = {}): AuditDraft {
  return {
    actor: { kind: 'system', id: null, name: 'test' },
    action: 'thing.changed',
    subject: { type: 'thing', id: null, name },
    summary: `changed ${name}`,
    ...more,
  };
}

async function rows() {
  return database.db.selectFrom('audit_entries').selectAll().orderBy('sequence').execute();
}

it('chains each entry to the one before it, by hashes that can be computed again from the columns', async () => {
  await auditLog.record(
    draft('Ünïcode ✓', {
      before: { z: 1.5, a: [1, { y: undefined, x: null }], at: new Date('2030-01-01T00:00:00.5Z') },
      after: { big: 1e21, text: 'a\u0000b' },
      requestId: 'req_1',
    }),
    database.db,
  );
  await auditLog.record(draft('second', { outcome: 'failure' }), database.db);

  let previous = (
    await sql<{ hash: Buffer }>`select sha256('lockkeeper audit log') as hash`.execute(database.db)
  ).rows[0]?.hash;
  const stored = await rows();
  expect(stored.map((row) => row.sequence)).toEqual([1, 2]);
  for (const row of stored) {
    const content = contentHash({
      id: row.id,
      at: row.at.toISOString(),
      actor: { kind: 'system', id: row.actor_id, name: row.actor_name },
      action: row.action,
      outcome: row.outcome,
      subject: { type: row.subject_type, id: row.subject_id, name: row.subject_name },
      summary: row.summary,
      before: row.before,
      after: row.after,
      requestId: row.request_id,
    });
    expect(content).toEqual(row.content_hash);
    previous = chainHash(previous ?? Buffer.alloc(0), row.sequence, content);
    expect(previous).toEqual(row.hash);
  }
});

it('keeps one unbroken chain however many transactions append at once', async () => {
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      database.db.transaction().execute((trx) => auditLog.record(draft(`n${index}`), trx)),
    ),
  );
  const stored = await rows();
  expect(stored.map((row) => row.sequence)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  for (const [index, row] of stored.entries()) {
    const previous = stored[index - 1];
    if (previous) expect(row.hash).toEqual(chainHash(previous.hash, row.sequence, row.content_hash));
  }
});

it('stores nothing when the transaction that it belongs to fails', async () => {
  const failing = database.db.transaction().execute(async (trx) => {
    await auditLog.record(draft('never'), trx);
    throw new Error('afterwards');
  });
  await expect(failing).rejects.toThrow('afterwards');
  await auditLog.record(draft('kept'), database.db);
  expect((await rows()).map((row) => [row.sequence, row.subject_name])).toEqual([[1, 'kept']]);
});

it('OA-20: records that a secret changed, never the secret', async () => {
  const change = changedFields(
    { name: 'same', clientSecret: new Secret('canary-client-secret-old') },
    { name: 'same', clientSecret: new Secret('canary-client-secret-new') },
  );
  await auditLog.record(draft('registry', change), database.db);
  const [row] = await rows();
  expect([row?.before, row?.after]).toEqual([{ clientSecret: '[secret]' }, { clientSecret: '[secret]' }]);
  expect(JSON.stringify(row)).not.toContain('canary');
});

it.each([
  'update audit_entries set summary = summary',
  'delete from audit_entries',
  'truncate audit_entries',
])('WB-10: the database refuses %s', async (statement) => {
  await auditLog.record(draft('kept'), database.db);
  await expect(sql.raw(statement).execute(database.db)).rejects.toThrow('never changed or removed');
  expect(await rows()).toHaveLength(1);
});
