import type { OAuthEntityProfile } from '@lockkeeper/contract';
import { IconCheck } from '@tabler/icons-react';
import type { Column } from '../../components/record-list/column.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { common } from '../../texts/common.ts';

export const profileColumns: readonly Column<OAuthEntityProfile>[] = [
  { key: 'name', label: texts.name, cell: (row) => row.name, text: (row) => row.name, sort: 'name' },
  {
    key: 'registry',
    label: texts.record,
    cell: (row) => row.applicationRegistryName,
    text: (row) => row.applicationRegistryName,
    dim: true,
  },
  {
    key: 'grantType',
    label: texts.grantType,
    cell: (row) => common.grantTypes[row.grantType],
    text: (row) => row.grantType,
  },
  {
    key: 'isDefault',
    label: texts.isDefault,
    cell: (row) => (row.isDefault ? <IconCheck size={16} aria-label={common.yes} /> : common.no),
    text: (row) => String(row.isDefault),
  },
  {
    key: 'scopes',
    label: texts.scopesOfProfile,
    cell: (row) => scopesInWords(row),
    text: (row) => row.scopes.map(({ scope }) => scope).join(' '),
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

/** "account, repository", or who decides where the profile names none. */
export function scopesInWords({
  scopes,
  grantType,
}: Pick<OAuthEntityProfile, 'scopes' | 'grantType'>): string {
  if (scopes.length > 0) return scopes.map(({ scope }) => scope).join(', ');
  return grantType === 'authorization_code' ? common.asTicked : common.providerDecides;
}
