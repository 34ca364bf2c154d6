import { type AuditEntry, auditEntry } from '@lockkeeper/contract';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { api, type QueryValues } from '../../lib/api.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { saveBlob } from '../../lib/table-file.ts';
import { outcomeLook } from './outcome.ts';

const outcomeOf = ({ outcome }: AuditEntry) => <StateMark state={outcomeLook[outcome]} />;
const sentenceOf = ({ actor, summary }: AuditEntry) => `${actor.name} ${summary}`;

const columns: readonly Column<AuditEntry>[] = [
  {
    key: 'sentence',
    label: 'What happened',
    cell: ({ actor, summary }) => (
      <>
        <strong>{actor.name}</strong> {summary}
      </>
    ),
    text: sentenceOf,
  },
  { key: 'outcome', label: 'Outcome', cell: outcomeOf, text: ({ outcome }) => outcome },
  {
    key: 'action',
    label: 'Action',
    dim: true,
    cell: ({ action }) => <span className="mono">{action}</span>,
    text: ({ action }) => action,
  },
  {
    key: 'subject',
    label: 'Record',
    dim: true,
    cell: ({ subject }) => subject.name ?? subject.id ?? '—',
    text: ({ subject }) => subject.id ?? '',
  },
  {
    key: 'at',
    label: 'When',
    align: 'end',
    dim: true,
    sort: 'at',
    cell: ({ at }) => <RelativeTime at={at} />,
    text: ({ at }) => at,
  },
];

/** Prefixes of actions, by the noun they are about. */
const nouns = [
  { value: 'application-registry.', label: 'Application Registry' },
  { value: 'credential.', label: 'Credentials' },
  { value: 'token.', label: 'Tokens' },
  { value: 'mid-server.', label: 'MID Servers' },
  { value: 'tool.', label: 'Tools' },
  { value: 'discovery.', label: 'Discovery' },
  { value: 'tracking.', label: 'Tracking' },
  { value: 'user.', label: 'Users' },
  { value: 'api_key.', label: 'API keys' },
  { value: 'session.', label: 'Sign-in' },
  { value: 'access.', label: 'Access' },
];

/** By the instance: the log is longer than what a page can read, and taking it is an entry of its own. */
async function exportAll(format: 'csv' | 'json', { sort: _, ...query }: QueryValues): Promise<void> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const kind = format === 'csv' ? 'csv' : 'jsonl';
  const file = await api.file('/audit-entries/export', { format: kind, filter: Object.fromEntries(given) });
  saveBlob(`audit-log.${kind}`, file);
}

/** Who did what, newest first. */
export function AuditEntryListPage() {
  usePageFrame({ crumbs: [{ label: 'System' }], title: 'Audit Entries' });
  return (
    <RecordList
      title="Audit Entries"
      path="/audit-entries"
      schema={auditEntry}
      columns={columns}
      rowName={sentenceOf}
      rowHref={({ id }) => `/audit-entries/${id}`}
      narrowRow={(row) => ({ end: <RelativeTime at={row.at} />, state: outcomeOf(row), detail: row.action })}
      defaultSort="-at"
      exportFile={exportAll}
      views={[{ key: 'failures', label: 'Refused or failed', query: { outcome: 'failure' } }]}
      filters={[{ param: 'action', label: 'About', options: nouns }]}
      searchLabel="Filter by what happened"
      refetchInterval={15_000}
      empty={{
        text: 'Nothing has happened yet. Every change and every refused attempt will be listed here.',
      }}
    />
  );
}
