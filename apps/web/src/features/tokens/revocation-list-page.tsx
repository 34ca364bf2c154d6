import { type TokenRevocation, tokenRevocation } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { AppLink } from '../../components/app-link.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { StateLook } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { tokenTexts as texts } from '../../texts/tokens.ts';
import { providerLooks } from './provider-looks.ts';

/** The worst of what became of its tokens, and of how many if not of all. */
function lookOf({ counts }: TokenRevocation): StateLook {
  const { total, failed, pending, localOnly } = counts;
  const of = (look: StateLook, count: number) =>
    count === total ? look : { ...look, word: texts.ofSome(look.word, count, total) };
  if (failed > 0) return of(providerLooks.failed, failed);
  if (pending > 0) return of(providerLooks.pending, pending);
  return localOnly > 0 ? of(providerLooks.local_only, localOnly) : providerLooks.revoked;
}

const columns: readonly Column<TokenRevocation>[] = [
  {
    key: 'reason',
    label: texts.reason,
    cell: (row) => texts.reasons[row.reason],
    text: (row) => row.reason,
  },
  {
    key: 'state',
    label: texts.atProvider,
    cell: (row) => <StateMark state={lookOf(row)} />,
    text: (row) => lookOf(row).word,
  },
  {
    key: 'total',
    label: texts.total,
    cell: (row) => row.counts.total.toLocaleString('en'),
    text: (row) => String(row.counts.total),
    align: 'end',
  },
  {
    key: 'failed',
    label: texts.failed,
    cell: (row) => row.counts.failed.toLocaleString('en'),
    text: (row) => String(row.counts.failed),
    align: 'end',
  },
  {
    key: 'by',
    label: texts.by,
    cell: (row) => row.createdBy.name,
    text: (row) => row.createdBy.name,
    dim: true,
  },
  {
    key: 'at',
    label: texts.at,
    cell: (row) => <RelativeTime at={row.createdAt} />,
    text: (row) => row.createdAt,
    sort: 'createdAt',
    align: 'end',
    dim: true,
  },
];

/** Every revocation, newest first, with the way to its report. */
export function RevocationListPage() {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.tokens }],
    title: texts.revocations,
  });
  return (
    <RecordList
      title={texts.revocations}
      path={paths.tokenRevocations}
      schema={tokenRevocation}
      columns={columns}
      rowName={(row) => texts.reasons[row.reason]}
      rowHref={(row) => paths.revocationReport(row.id)}
      narrowRow={(row) => ({
        end: <RelativeTime at={row.createdAt} />,
        state: <StateMark state={lookOf(row)} />,
        detail: `${texts.total} ${row.counts.total}`,
      })}
      defaultSort="-createdAt"
      searchLabel={texts.searchLabel}
      empty={{
        text: texts.revocationsEmpty,
        action: (
          <Button component={AppLink} href={paths.tokens}>
            {texts.list}
          </Button>
        ),
      }}
    />
  );
}
