import type { OAuthEntityScope } from '@lockkeeper/contract';
import type { Column } from '../../components/record-list/column.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { registryTexts as texts } from '../../texts/application-registries.ts';

export const scopeColumns: readonly Column<OAuthEntityScope>[] = [
  { key: 'name', label: texts.name, cell: (row) => row.name, text: (row) => row.name, sort: 'name' },
  {
    key: 'scope',
    label: texts.oauthScope,
    cell: (row) => <span className="mono">{row.scope}</span>,
    text: (row) => row.scope,
    sort: 'scope',
  },
  {
    key: 'registry',
    label: texts.record,
    cell: (row) => row.applicationRegistryName,
    text: (row) => row.applicationRegistryName,
    dim: true,
  },
  {
    key: 'updated',
    label: texts.updated,
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    text: (row) => row.updatedAt,
    align: 'end',
    dim: true,
  },
];
