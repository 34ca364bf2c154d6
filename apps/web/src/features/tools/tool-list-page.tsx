import { type Tool, tool } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { toolStates } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useHasRole } from '../../lib/session.ts';
import { tools as texts } from '../../texts/tools.ts';
import { useToolKinds } from './tool-kinds.ts';

const stateOf = ({ state }: Tool) => <StateMark state={toolStates[state]} />;
const trackedOf = ({ trackedCount, repositoryCount }: Tool) =>
  `${trackedCount.toLocaleString('en')} of ${repositoryCount.toLocaleString('en')}`;
const permissionsOf = ({ connectReport }: Tool) => {
  const permissions = connectReport?.permissions ?? [];
  if (permissions.length === 0) return '—';
  return `${permissions.filter(({ granted }) => granted).length} of ${permissions.length}`;
};

const columns: readonly Column<Tool>[] = [
  { key: 'name', label: 'Name', sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
  {
    key: 'kind',
    label: 'Kind',
    sort: 'kind',
    dim: true,
    cell: ({ kindLabel }) => kindLabel,
    text: ({ kind }) => kind,
  },
  { key: 'state', label: 'State', cell: stateOf, text: ({ state }) => state },
  {
    key: 'credential',
    label: texts.credential,
    cell: ({ credentialName }) => credentialName,
    text: ({ credentialName }) => credentialName,
  },
  {
    key: 'midServer',
    label: texts.midServer,
    dim: true,
    cell: ({ midServerName }) => midServerName ?? 'Any',
    text: ({ midServerName }) => midServerName ?? '',
  },
  { key: 'permissions', label: texts.permissions, align: 'end', cell: permissionsOf, text: permissionsOf },
  {
    key: 'tracked',
    label: 'Tracked',
    align: 'end',
    cell: trackedOf,
    text: ({ trackedCount }) => String(trackedCount),
  },
  {
    key: 'discovered',
    label: 'Discovered',
    align: 'end',
    dim: true,
    cell: ({ lastDiscoveredAt }) => <RelativeTime at={lastDiscoveredAt} never="never" />,
    text: ({ lastDiscoveredAt }) => lastDiscoveredAt ?? '',
  },
];

/** Every connected tool. */
export function ToolListPage() {
  return <ToolList />;
}

/** The tools of one kind, reached as All > DevOps > Tools > Bitbucket. */
export function BitbucketListPage() {
  return <ToolList kind="bitbucket-cloud" />;
}

function ToolList({ kind }: { kind?: string }) {
  const kinds = useToolKinds();
  const label = kind && (kinds.data?.find((candidate) => candidate.kind === kind)?.label ?? texts.bitbucket);
  const navigate = useNavigate();
  const mayChange = useHasRole('admin', 'tool_owner');
  const title = label ?? texts.tools;
  usePageFrame({
    crumbs: [{ label: texts.devOps }, ...(kind ? [{ label: texts.tools, href: '/tools' }] : [])],
    title,
  });
  const newHref = `/tools/${kind ?? kinds.data?.[0]?.kind ?? 'bitbucket-cloud'}/new`;
  return (
    <RecordList
      title={title}
      path="/tools"
      schema={tool}
      columns={columns}
      rowName={({ name }) => name}
      rowHref={({ id }) => `/tools/${id}`}
      narrowRow={(row) => ({
        end: <RelativeTime at={row.lastDiscoveredAt} never="not discovered" />,
        state: stateOf(row),
        detail: `${trackedOf(row)} tracked`,
      })}
      defaultSort="name"
      {...(mayChange ? { onNew: () => void navigate({ to: newHref }) } : {})}
      empty={{
        text: 'No tool is connected. A tool needs a credential that has an OAuth token, and a MID Server that is up and validated.',
        action: mayChange && (
          <>
            <Button component={AppLink} href={newHref} leftSection={<IconPlus size={16} />}>
              New
            </Button>
            <Button component={AppLink} href="/credentials" variant="default">
              Credentials
            </Button>
          </>
        ),
      }}
    />
  );
}
