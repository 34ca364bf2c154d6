import { type Repository, repository } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { AppLink } from '../../components/app-link.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { repositories as texts } from '../../texts/repositories.ts';
import { TrackingMark } from './tracking-mark.tsx';

const columns: readonly Column<Repository>[] = [
  {
    key: 'fullName',
    label: 'Repository',
    sort: 'fullName',
    cell: ({ fullName }) => fullName,
    text: ({ fullName }) => fullName,
  },
  {
    key: 'project',
    label: 'Project',
    dim: true,
    cell: ({ projectKey }) => projectKey ?? '—',
    text: ({ projectKey }) => projectKey ?? '',
  },
  {
    key: 'tracked',
    label: 'Tracking',
    cell: (row) => <TrackingMark repository={row} />,
    text: ({ tracked }) => String(tracked),
  },
  {
    key: 'why',
    label: 'Why',
    dim: true,
    cell: ({ trackingReason }) => trackingReason,
    text: ({ trackingReason }) => trackingReason,
  },
  {
    key: 'access',
    label: 'Access',
    dim: true,
    cell: (row) => (row.private ? 'Private' : 'Public'),
    text: (row) => (row.private ? 'private' : 'public'),
  },
  {
    key: 'language',
    label: 'Language',
    dim: true,
    cell: ({ language }) => language ?? '—',
    text: ({ language }) => language ?? '',
    hidden: true,
  },
  {
    key: 'tool',
    label: 'Tool',
    dim: true,
    cell: ({ toolName }) => toolName,
    text: ({ toolName }) => toolName,
  },
  {
    key: 'updated',
    label: 'Changed',
    align: 'end',
    dim: true,
    sort: 'updatedAt',
    cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
    text: ({ updatedAt }) => updatedAt,
  },
];

/** All repositories of all workspaces of all tools. */
export function RepositoryListPage() {
  usePageFrame({ crumbs: [{ label: 'DevOps' }], title: texts.title });
  return (
    <RecordList
      title={texts.title}
      path="/repositories"
      schema={repository}
      columns={columns}
      rowName={({ fullName }) => fullName}
      rowHref={({ id }) => `/repositories/${id}`}
      narrowRow={(row) => ({
        end: <RelativeTime at={row.updatedAt} />,
        state: <TrackingMark repository={row} />,
        detail: row.projectKey,
      })}
      defaultSort="fullName"
      views={[
        { key: 'tracked', label: texts.tracked, query: { tracked: 'true' } },
        { key: 'not-tracked', label: texts.notTracked, query: { tracked: 'false' } },
        { key: 'gone', label: texts.gone, query: { gone: 'true' } },
      ]}
      empty={{
        text: texts.empty,
        action: (
          <Button component={AppLink} href="/tools">
            Open Tools
          </Button>
        ),
      }}
    />
  );
}
