import type { AppliesTo, Credential } from '@lockkeeper/contract';
import { Chamber } from '../../components/chamber.tsx';
import type { Column, NarrowRow } from '../../components/record-list/column.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { common } from '../../texts/common.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import classes from './credential-columns.module.css';
import { TokenMark } from './token-mark.tsx';
import { expiryOf } from './token-state.ts';

export const credentialColumns: readonly Column<Credential>[] = [
  { key: 'name', label: texts.name, cell: (row) => row.name, text: (row) => row.name, sort: 'name' },
  { key: 'type', label: texts.type, cell: () => texts.oauth2Type, text: (row) => row.type, dim: true },
  {
    key: 'state',
    label: texts.state,
    cell: (row) => <TokenMark token={row.token} />,
    text: (row) => row.token.state,
  },
  {
    key: 'expires',
    label: texts.expires,
    cell: (row) => <Expiry row={row} />,
    text: (row) => expiryOf(row.token) ?? '',
  },
  {
    key: 'appliesTo',
    label: texts.appliesTo,
    cell: (row) => appliesToInWords(row.appliesTo),
    text: (row) => appliesToInWords(row.appliesTo),
    dim: true,
  },
  {
    key: 'tool',
    label: texts.tool,
    cell: (row) => row.tools.map(({ name }) => name).join(', ') || common.none,
    text: (row) => row.tools.map(({ name }) => name).join(', '),
    dim: true,
  },
  {
    key: 'active',
    label: texts.active,
    cell: (row) => (row.active ? common.yes : common.no),
    text: (row) => String(row.active),
    sort: 'active',
    hidden: true,
  },
  {
    key: 'profile',
    label: texts.profile,
    cell: (row) => row.profile.name,
    text: (row) => row.profile.name,
    dim: true,
    hidden: true,
  },
  {
    key: 'order',
    label: texts.order,
    cell: (row) => row.order,
    text: (row) => String(row.order),
    sort: 'order',
    align: 'end',
  },
  {
    key: 'updated',
    label: texts.updated,
    cell: (row) => <RelativeTime at={row.updatedAt} />,
    text: (row) => row.updatedAt,
    sort: 'updatedAt',
    align: 'end',
    dim: true,
  },
];

function Expiry({ row }: { row: Credential }) {
  const expiresAt = expiryOf(row.token);
  if (expiresAt === null) return common.none;
  return (
    <span className={classes.expiry}>
      <Chamber token={row.token} /> <RelativeTime at={expiresAt} />
    </span>
  );
}

export function appliesToInWords(appliesTo: AppliesTo): string {
  return appliesTo.kind === 'all'
    ? texts.allMidServers
    : `${texts.specificMidServers} (${appliesTo.midServerIds.length})`;
}

export function credentialNarrowRow(row: Credential): NarrowRow {
  const expiresAt = expiryOf(row.token);
  return {
    end: expiresAt !== null && <RelativeTime at={expiresAt} />,
    state: <TokenMark token={row.token} />,
    detail: `${texts.oauth2Type} · ${appliesToInWords(row.appliesTo)}`,
  };
}
