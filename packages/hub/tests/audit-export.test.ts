import { type TestHub, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import type { AuditDraft } from '../src/access/audit-entry.ts';
import { createAuditLog } from '../src/access/audit-log.ts';

async function write(testHub: TestHub, name: string, more: Partial<AuditDraft> = {}): Promise<void> {
  const subject = { type: 'thing', id: 'thing_1', name };
  const actor = { kind: 'system', id: null, name: 'test' } as const;
  await createAuditLog({ now: () => new Date() }).record(
    { actor, action: 'thing.changed', subject, summary: `changed ${name}`, ...more },
    testHub.database.db,
  );
}

const path = '/api/v1/audit-entries/export';

it('exports every matching entry as JSON lines, oldest first, and leaves an entry of its own', async () => {
  const testHub = await useTestHub();
  const admin = await testHub.withRole('admin');
  for (let index = 0; index < 503; index++) await write(testHub, `n${index}`);
  const filter = { action: 'thing.', q: 'changed n' };
  const { status, headers, text } = await admin.post(path, { format: 'jsonl', filter });
  expect([status, headers.get('content-type')]).toEqual([200, 'application/jsonl']);
  expect(headers.get('content-disposition')).toBe('attachment; filename="audit-log.jsonl"');
  const names = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).subject.name);
  expect(names).toEqual(Array.from({ length: 503 }, (_, index) => `n${index}`));

  const { json } = await admin.get('/api/v1/audit-entries?action=audit_log.exported');
  expect(json.items).toMatchObject([{ actor: { kind: 'api_key' }, after: { format: 'jsonl', filter } }]);
});

it.each(['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\t=1', ' =1'])(
  'WB-04: a CSV export runs no formula: %j',
  async (name) => {
    const testHub = await useTestHub();
    await write(testHub, name, { summary: name });
    const filter = { action: 'thing.changed' };
    const { text } = await (await testHub.withRole('admin')).post(path, { format: 'csv', filter });
    const [header, line = ''] = text.split('\r\n');
    expect(header).toMatch(/^sequence,at,actorKind/);
    const quoted = `'${name}`.replaceAll('"', '""');
    expect(line).toContain(name.includes('"') ? `"${quoted}"` : quoted);
  },
);

it('WB-13, IN-08: template syntax stays what it is, through every layer', async () => {
  const testHub = await useTestHub();
  const admin = await testHub.withRole('admin');
  const text = '{{7*7}} \u0024{7*7} <g:evaluate>7*7</g:evaluate> <%= 7*7 %> #{7*7} %s %d';
  await write(testHub, text);
  const created = await admin.post('/api/v1/api-keys', { name: text, roles: ['viewer'] });
  expect(created.json.apiKey.name).toBe(text);
  const found = await admin.get(`/api/v1/audit-entries?q=${encodeURIComponent('{{7*7}} %s')}`);
  expect(found.json.items.map((item: { subject: { name: string } }) => item.subject.name)).toEqual([
    text,
    text,
  ]);
  const exported = await admin.post(path, { format: 'jsonl', filter: { action: 'thing.changed' } });
  expect(JSON.parse(exported.text).summary).toBe(`changed ${text}`);
  const refused = await admin.get(`/api/v1/users?sort=${encodeURIComponent('\u0024{1234567*7}')}`);
  expect([refused.status, refused.text.includes('8641969')]).toEqual([400, false]);
});

it('finds entries that hold every word, in any order and column', async () => {
  const testHub = await useTestHub();
  const admin = await testHub.withRole('admin');
  await write(testHub, 'Bitbucket Docs');
  await write(testHub, 'Bitbucket Shop', { summary: 'removed it', action: 'thing.removed' });
  const find = async (q: string) =>
    (await admin.get(`/api/v1/audit-entries?subjectId=thing_1&q=${encodeURIComponent(q)}`)).json.total;
  expect(await find('docs bitbucket')).toBe(1);
  expect(await find('removed bitbucket')).toBe(1);
  expect(await find('bitbucket')).toBe(2);
  expect(await find('bitbucket nothing')).toBe(0);
});
