import type { DiscoveryRun, WorkspaceProgress } from '@lockkeeper/contract';
import { Modal } from '@mantine/core';
import { Callout } from '../../components/callout.tsx';
import { Emphasis } from '../../components/emphasis.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordTable } from '../../components/record-list/record-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { states } from '../../components/states.ts';
import { longDateTime } from '../../lib/time.ts';
import { useNarrow } from '../../lib/viewport.ts';
import classes from './run-dialog.module.css';

type Row = WorkspaceProgress & { id: string };

const looks = {
  waiting: states.waiting,
  reading: { ...states.running, word: 'Reading' },
  read: { ...states.succeeded, word: 'Read' },
  failed: states.failed,
};
const differs = ({ repositories, expectedRepositories: expected }: Row) =>
  expected !== null && expected !== repositories;
const stateOf = (row: Row) => (
  <StateMark
    state={
      row.state === 'read' && differs(row) ? { ...states.uncertain, word: 'Counts differ' } : looks[row.state]
    }
  />
);
const foundOf = ({ repositories, expectedRepositories: expected }: Row) =>
  expected === null ? `${repositories}` : `${repositories} of ${expected}`;

const columns: readonly Column<Row>[] = [
  { key: 'slug', label: 'Workspace', cell: ({ slug }) => slug, text: ({ slug }) => slug },
  { key: 'state', label: 'State', cell: stateOf, text: ({ state }) => state },
  {
    key: 'projects',
    label: 'Projects',
    align: 'end',
    cell: ({ projects }) => projects,
    text: ({ projects }) => String(projects),
  },
  { key: 'found', label: 'Repositories found', align: 'end', cell: foundOf, text: foundOf },
];

/** One run in full: every workspace, found against expected, and what was in the way. */
export function RunDialog({ run, onClose }: { run: DiscoveryRun; onClose: () => void }) {
  const narrow = useNarrow();
  const rows = run.workspaces.map((workspace) => ({ ...workspace, id: workspace.uuid + workspace.slug }));
  const remarks = rows.filter(({ error }) => error !== null);
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      fullScreen={narrow}
      title={`Discovery of ${longDateTime(new Date(run.createdAt))} UTC`}
    >
      <div className={classes.stack}>
        {run.problem && (
          <Callout tone={run.state === 'failed' ? 'bad' : 'warn'}>
            <Emphasis text={run.problem.detail} />
          </Callout>
        )}
        {remarks.map(({ id, slug, error }) => (
          <Callout key={id} tone="warn" title={`${slug}:`}>
            {error}
          </Callout>
        ))}
        {rows.length === 0 ? (
          <p className={classes.none}>It ended before any workspace was listed.</p>
        ) : (
          <RecordTable
            label="Workspaces of this run"
            rows={rows}
            columns={columns}
            rowName={({ slug }) => slug}
            narrowRow={(row) => ({
              end: foundOf(row),
              state: stateOf(row),
              detail: `${row.projects} projects`,
            })}
            keyboard={false}
          />
        )}
        <p className={classes.none}>
          {run.calls} calls by {run.startedBy.name}
          {run.resumptions > 0 &&
            `, went on ${run.resumptions} ${run.resumptions === 1 ? 'time' : 'times'} after a pause, a restart or a rate limit`}
          .
        </p>
      </div>
    </Modal>
  );
}
