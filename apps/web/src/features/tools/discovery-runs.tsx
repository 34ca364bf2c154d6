import type { DiscoveryRun } from '@lockkeeper/contract';
import { useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordTable } from '../../components/record-list/record-table.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { runStates } from '../../components/states.ts';
import { duration } from '../../lib/time.ts';
import { tools as texts } from '../../texts/tools.ts';
import classes from './discovery-runs.module.css';
import { RunDialog } from './run-dialog.tsx';
import type { useDiscovery } from './use-discovery.ts';

const number = (value: number) => value.toLocaleString('en');
const changesOf = ({ added, changed, gone }: DiscoveryRun) =>
  `+${number(added)}, ${number(changed)}, −${number(gone)}`;
const tookOf = ({ startedAt, finishedAt }: DiscoveryRun) => {
  if (!startedAt || !finishedAt) return '—';
  const ms = new Date(finishedAt).getTime() - new Date(startedAt).getTime();
  return ms < 1000 ? `${ms} ms` : duration(ms);
};
const whenOf = ({ createdAt }: DiscoveryRun) => <RelativeTime at={createdAt} />;
const stateOf = ({ state }: DiscoveryRun) => <StateMark state={runStates[state]} />;

const columns: readonly Column<DiscoveryRun>[] = [
  { key: 'when', label: 'Started', cell: whenOf, text: ({ createdAt }) => createdAt },
  { key: 'state', label: 'State', cell: stateOf, text: ({ state }) => state },
  {
    key: 'workspaces',
    label: 'Workspaces',
    align: 'end',
    cell: ({ workspaces }) => workspaces.length,
    text: ({ workspaces }) => String(workspaces.length),
  },
  {
    key: 'found',
    label: 'Found',
    align: 'end',
    cell: ({ found }) => number(found),
    text: ({ found }) => String(found),
  },
  { key: 'changes', label: 'New, changed, gone', align: 'end', cell: changesOf, text: changesOf },
  {
    key: 'calls',
    label: 'Calls',
    align: 'end',
    cell: ({ calls }) => number(calls),
    text: ({ calls }) => String(calls),
  },
  { key: 'took', label: 'Took', align: 'end', dim: true, cell: tookOf, text: tookOf },
  {
    key: 'by',
    label: 'By',
    dim: true,
    cell: ({ startedBy }) => startedBy.name,
    text: ({ startedBy }) => startedBy.name,
  },
];

/** Former runs, newest first; each opens to what was found in every workspace against what the tool promised. */
export function DiscoveryRuns({ runs }: { runs: ReturnType<typeof useDiscovery>['runs'] }) {
  const [open, setOpen] = useState<string>();
  const rows = runs.data?.items ?? [];
  const shown = rows.find(({ id }) => id === open);
  return (
    <section>
      <h2 className={classes.heading}>{texts.runs}</h2>
      {runs.isPending && <LoadingRows what={texts.runs} rows={2} />}
      {runs.isError && <ProblemPanel error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.isSuccess && rows.length === 0 && <EmptyState>{texts.noRuns}</EmptyState>}
      {rows.length > 0 && (
        <RecordTable
          label={texts.runs}
          rows={rows}
          columns={columns}
          rowName={({ createdAt }) => createdAt}
          onOpen={({ id }) => setOpen(id)}
          narrowRow={(row) => ({
            end: `${number(row.found)} found`,
            state: stateOf(row),
            detail: changesOf(row),
          })}
          keyboard={false}
        />
      )}
      {shown && <RunDialog run={shown} onClose={() => setOpen(undefined)} />}
    </section>
  );
}
