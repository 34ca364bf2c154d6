import { type ApplicationRegistry, applicationRegistry } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { states } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { common } from '../../texts/common.ts';

const columns: readonly Column<ApplicationRegistry>[] = [
  { key: 'name', label: texts.name, cell: (row) => row.name, text: (row) => row.name, sort: 'name' },
  {
    key: 'active',
    label: common.active,
    cell: (row) => <StateMark state={row.active ? states.active : states.inactive} />,
    text: (row) => String(row.active),
  },
  {
    key: 'clientId',
    label: texts.clientId,
    cell: (row) => <span className="mono">{row.clientId}</span>,
    text: (row) => row.clientId,
    dim: true,
  },
  {
    key: 'grantType',
    label: texts.defaultGrantType,
    cell: (row) => common.grantTypes[row.defaultGrantType],
    text: (row) => row.defaultGrantType,
    dim: true,
  },
  {
    key: 'tokenUrl',
    label: texts.tokenUrl,
    cell: (row) => <span className="mono">{row.tokenUrl}</span>,
    text: (row) => row.tokenUrl,
    dim: true,
    hidden: true,
  },
  {
    key: 'application',
    label: texts.application,
    cell: (row) => row.application,
    text: (row) => row.application,
    dim: true,
    hidden: true,
  },
  {
    key: 'updated',
    label: 'Updated',
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    text: (row) => row.updatedAt,
    align: 'end',
    dim: true,
  },
];

export function RegistryListPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.list });
  const navigate = useNavigate();
  return (
    <RecordList
      title={texts.list}
      path="/application-registries"
      schema={applicationRegistry}
      columns={columns}
      rowName={(row) => row.name}
      rowHref={(row) => `/application-registries/${row.id}`}
      narrowRow={(row) => ({
        end: <RelativeTime at={row.updatedAt} />,
        state: <StateMark state={row.active ? states.active : states.inactive} />,
        detail: common.grantTypes[row.defaultGrantType],
      })}
      onNew={() => void navigate({ href: '/application-registries/new' })}
      empty={{
        text: texts.empty,
        action: (
          <Button component={AppLink} href="/application-registries/new">
            {texts.register}
          </Button>
        ),
      }}
    />
  );
}
