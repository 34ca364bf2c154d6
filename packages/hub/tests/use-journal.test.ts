import { createTestDatabase, TestClock } from '@lockkeeper/testing';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createAuditLog } from '../src/access/audit-log.ts';
import { verifyAuditLog } from '../src/access/verify-audit-log.ts';
import { UseJournal } from '../src/tokens/use-journal.ts';

const caller = { kind: 'system', id: null, name: 'test' } as const;

test('IN-02: more uses than one transaction takes are written, each once, although one of them fails', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.close());
  const clock = new TestClock();
  const audit = createAuditLog(clock);
  let batches = 0;
  const journal = new UseJournal({
    db: database.db,
    audit: {
      ...audit,
      async recordAll(drafts, trx) {
        batches += 1;
        if (batches === 2) throw new Error('the database is away');
        await audit.recordAll(drafts, trx);
      },
    },
    store: { recordUses: async () => {} },
    logger: pino({ enabled: false }),
    now: () => clock.now(),
  });
  const names = Array.from({ length: 1200 }, (_, index) => `credential ${index}`);
  for (const name of names) journal.note({ id: name, name }, caller, 'handed_out');
  await journal.flush();
  journal.note({ id: 'credential 1199', name: 'credential 1199' }, caller, 'handed_out');
  await journal.flush();

  const rows = await database.db.selectFrom('audit_entries').select(['subject_name', 'after']).execute();
  expect(rows.map((row) => row.subject_name).toSorted()).toEqual(names.toSorted());
  expect(rows.find((row) => row.subject_name === 'credential 1199')?.after).toMatchObject({ count: 2 });
  expect(await verifyAuditLog(database.db)).toMatchObject({ intact: true });
});
