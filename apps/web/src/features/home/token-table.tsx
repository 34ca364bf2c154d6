import type { Credential } from '@lockkeeper/contract';
import { AppLink } from '../../components/app-link.tsx';
import { Card } from '../../components/card.tsx';
import { Chamber } from '../../components/chamber.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordTable } from '../../components/record-list/record-table.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { paths } from '../../lib/paths.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import { credentialNarrowRow } from '../credentials/credential-columns.tsx';
import { TokenMark } from '../credentials/token-mark.tsx';
import { expiryOf } from '../credentials/token-state.ts';
import { mostUrgentFirst } from './needs.ts';

const SHOWN = 6;

const columns: readonly Column<Credential>[] = [
  { key: 'name', label: texts.credential, cell: (row) => row.name, text: (row) => row.name },
  {
    key: 'state',
    label: texts.state,
    cell: (row) => <TokenMark token={row.token} />,
    text: (row) => row.token.state,
  },
  {
    key: 'life',
    label: texts.life,
    cell: (row) => <Chamber token={row.token} size="medium" />,
    text: () => '',
  },
  {
    key: 'expires',
    label: texts.expires,
    cell: (row) => <RelativeTime at={expiryOf(row.token)} />,
    text: (row) => expiryOf(row.token) ?? '',
    align: 'end',
    dim: true,
  },
];

export function TokenTable({ credentials }: { credentials: readonly Credential[] }) {
  return (
    <Card
      flush
      title={texts.tokens}
      aside={<AppLink href={paths.credentials}>{texts.allCredentials}</AppLink>}
    >
      <RecordTable
        label={texts.tokens}
        rows={mostUrgentFirst(credentials).slice(0, SHOWN)}
        columns={columns}
        rowName={(row) => row.name}
        rowHref={(row) => paths.credential(row.id)}
        narrowRow={credentialNarrowRow}
        inset
      />
    </Card>
  );
}
