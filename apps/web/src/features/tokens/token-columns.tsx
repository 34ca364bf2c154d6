import type { ManagedToken } from '@lockkeeper/contract';
import { Chamber } from '../../components/chamber.tsx';
import type { Column, NarrowRow } from '../../components/record-list/column.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { common } from '../../texts/common.ts';
import { tokenTexts as texts } from '../../texts/tokens.ts';
import { TokenMark } from '../credentials/token-mark.tsx';
import { providerLooks } from './provider-looks.ts';
import classes from './token-columns.module.css';

const scopes = (list: readonly string[]) => list.join(' ') || texts.asTicked;

export const tokenColumns: readonly Column<ManagedToken>[] = [
  {
    key: 'name',
    label: texts.credential,
    cell: (row) => row.credential.name,
    text: (row) => row.credential.name,
    sort: 'name',
  },
  {
    key: 'state',
    label: texts.state,
    cell: (row) => <TokenMark token={row.token} />,
    text: (row) => row.token.state,
    sort: 'state',
  },
  {
    key: 'expires',
    label: texts.expires,
    cell: (row) => <Expiry row={row} />,
    text: (row) => row.token.expiresAt ?? '',
    sort: 'expiresAt',
  },
  {
    key: 'lastUse',
    label: texts.lastUse,
    cell: (row) => <RelativeTime at={row.token.lastUsedAt} never={texts.never} />,
    text: (row) => row.token.lastUsedAt ?? '',
    sort: 'lastUsedAt',
  },
  {
    key: 'lastRefresh',
    label: texts.lastRefresh,
    cell: (row) => <RelativeTime at={row.token.lastRefreshAt} never={texts.never} />,
    text: (row) => row.token.lastRefreshAt ?? '',
    sort: 'lastRefreshAt',
    dim: true,
  },
  {
    key: 'registry',
    label: texts.registry,
    cell: (row) => row.applicationRegistry.name,
    text: (row) => row.applicationRegistry.name,
    dim: true,
  },
  {
    key: 'granted',
    label: texts.scopesGranted,
    cell: (row) => <Scopes of={row.token.scopesGranted} />,
    text: (row) => row.token.scopesGranted.join(' '),
    dim: true,
  },
  {
    key: 'asked',
    label: texts.scopesAsked,
    cell: (row) => <Scopes of={row.token.scopesAsked} />,
    text: (row) => row.token.scopesAsked.join(' '),
    dim: true,
    hidden: true,
  },
  {
    key: 'ends',
    label: texts.ends,
    cell: (row) => <RelativeTime at={row.endsAt} />,
    text: (row) => row.endsAt ?? '',
    sort: 'endsAt',
    dim: true,
    hidden: true,
  },
  {
    key: 'grantedAt',
    label: texts.grantedAt,
    cell: (row) => <RelativeTime at={row.grantedAt} />,
    text: (row) => row.grantedAt,
    sort: 'grantedAt',
    dim: true,
    hidden: true,
  },
  {
    key: 'tools',
    label: texts.tools,
    cell: (row) => row.tools.map(({ name }) => name).join(', ') || common.none,
    text: (row) => row.tools.map(({ name }) => name).join(', '),
    dim: true,
    hidden: true,
  },
  {
    key: 'atProvider',
    label: texts.atProvider,
    cell: (row) =>
      row.providerRevocation === null || row.token.state !== 'revoked' ? (
        common.none
      ) : (
        <StateMark state={providerLooks[row.providerRevocation]} />
      ),
    text: (row) => row.providerRevocation ?? '',
  },
];

function Scopes({ of }: { of: readonly string[] }) {
  return (
    <span className={classes.scopes} title={scopes(of)}>
      {scopes(of)}
    </span>
  );
}

function Expiry({ row }: { row: ManagedToken }) {
  if (row.token.expiresAt === null || row.token.state === 'revoked') return common.none;
  return (
    <span className={classes.expiry}>
      <Chamber token={row.token} /> <RelativeTime at={row.token.expiresAt} />
    </span>
  );
}

export function tokenNarrowRow(row: ManagedToken): NarrowRow {
  return {
    end: row.token.state !== 'revoked' && row.token.expiresAt !== null && (
      <RelativeTime at={row.token.expiresAt} />
    ),
    state: <TokenMark token={row.token} />,
    detail: row.applicationRegistry.name,
  };
}
