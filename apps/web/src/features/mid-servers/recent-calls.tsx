import type { MidServerActivity } from '@lockkeeper/contract';
import { IconAlertTriangle, IconCheck, IconCircleXFilled } from '@tabler/icons-react';
import type { Column } from '../../components/record-list/column.ts';
import { RecordTable } from '../../components/record-list/record-table.tsx';
import { absoluteUtc } from '../../lib/time.ts';
import { midServers as texts } from '../../texts/mid-servers.ts';
import { milliseconds } from './milliseconds.ts';
import classes from './recent-calls.module.css';

type Call = MidServerActivity['recentCalls'][number] & { id: string };

const columns: readonly Column<Call>[] = [
  {
    key: 'at',
    label: 'Time',
    cell: ({ at }) => <span className={classes.time}>{absoluteUtc(new Date(at)).slice(11)}</span>,
    text: ({ at }) => at,
  },
  {
    key: 'path',
    label: 'Method and path',
    cell: (call) => <span className="mono">{pathOf(call)}</span>,
    text: pathOf,
  },
  {
    key: 'credential',
    label: 'Credential',
    dim: true,
    cell: ({ credentialName }) => credentialName ?? '—',
    text: ({ credentialName }) => credentialName ?? '',
  },
  {
    key: 'outcome',
    label: 'Outcome',
    cell: (call) => <Outcome call={call} />,
    text: ({ status, error }) => String(status ?? error),
  },
  {
    key: 'took',
    label: 'Took',
    align: 'end',
    cell: ({ tookMs }) => milliseconds(tookMs),
    text: ({ tookMs }) => String(tookMs),
  },
];

/** The newest calls through a MID Server: paths without their query, never a body or a token. */
export function RecentCalls({ calls }: { calls: MidServerActivity['recentCalls'] }) {
  if (calls.length === 0) return <p className={classes.none}>{texts.noCalls}</p>;
  return (
    <RecordTable
      label={texts.recentCalls}
      rows={calls.map((call, index) => ({ ...call, id: String(index) }))}
      columns={columns}
      rowName={pathOf}
      narrowRow={(call) => ({
        end: milliseconds(call.tookMs),
        state: <Outcome call={call} />,
        detail: <span className="mono">{pathOf(call)}</span>,
      })}
      keyboard={false}
    />
  );
}

function pathOf({ method, path }: Call): string {
  return `${method} ${path}`;
}

function Outcome({ call: { status, error } }: { call: Call }) {
  const tone = status === null || status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good';
  const Icon = { good: IconCheck, warn: IconAlertTriangle, bad: IconCircleXFilled }[tone];
  return (
    <span className={classes.outcome} data-tone={tone}>
      <Icon size={15} aria-hidden /> {status ?? error ?? 'no answer'}
    </span>
  );
}
