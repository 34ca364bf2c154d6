import { type AuditEntry, actorRef } from '@lockkeeper/contract';
import { TestClock, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import type { AuditDraft } from '../src/access/audit-entry.ts';
import { createAuditLog } from '../src/access/audit-log.ts';

const ada = actorRef.parse({ kind: 'user', id: 'usr_ada', name: 'Ada' });
const bo = actorRef.parse({ kind: 'user', id: 'usr_bo', name: 'Bo' });

it('lists newest first, and finds by actor, subject, action, outcome, time and words', async () => {
  const testHub = await useTestHub();
  const admin = await testHub.withRole('admin');
  const clock = new TestClock('2030-01-01T00:00:00Z');
  const auditLog = createAuditLog(clock);
  const write = async (name: string, more: Partial<AuditDraft>) => {
    const subject = { type: 'thing', id: name, name };
    const draft = { actor: ada, action: 'thing.changed', subject, summary: `changed ${name}`, ...more };
    await auditLog.record(draft, testHub.database.db);
    clock.advance(60_000);
  };
  await write('one', {});
  await write('two', { actor: bo, action: 'thingy.changed' });
  await write('three', { action: 'thing.removed', outcome: 'failure', summary: 'could not remove 100%' });

  const find = async (query: string): Promise<string[]> => {
    const { status, json } = await admin.get(`/api/v1/audit-entries?from=2030-01-01T00:00:00Z&${query}`);
    expect([status, json.errors]).toEqual([200, undefined]);
    return json.items.map(({ subject }: AuditEntry) => subject.name);
  };
  expect(await find('')).toEqual(['three', 'two', 'one']);
  expect(await find('sort=at')).toEqual(['one', 'two', 'three']);
  expect(await find('actorId=usr_bo')).toEqual(['two']);
  expect(await find('subjectId=one')).toEqual(['one']);
  expect(await find('action=thing.')).toEqual(['three', 'one']);
  expect(await find('action=thing.changed')).toEqual(['one']);
  expect(await find('action=thing')).toEqual([]);
  expect(await find('outcome=failure')).toEqual(['three']);
  expect(await find('to=2030-01-01T00:02:00Z')).toEqual(['two', 'one']);
  expect(await find('q=0%25')).toEqual(['three']);
});

it('shows one entry, and says when there is none', async () => {
  const testHub = await useTestHub();
  const admin = await testHub.withRole('admin');
  const { json } = await admin.get('/api/v1/audit-entries?action=api_key.created');
  const [entry] = json.items;
  expect((await admin.get(`/api/v1/audit-entries/${entry.id}`)).json).toEqual(entry);
  const absent = await admin.get('/api/v1/audit-entries/aud_00000000000000000000000000');
  expect([absent.status, absent.json.code]).toEqual([404, 'record.unknown']);
  const malformed = await admin.get('/api/v1/audit-entries/1');
  expect([malformed.status, malformed.json.errors[0].field]).toEqual([400, 'id']);
});
