import { type ManagedToken, managedToken, UNUSED_DAYS_DEFAULT } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconBan, IconHistory } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import { useConfirm } from '../../components/confirm.tsx';
import type { BulkAction } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { states, tokenStates } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { tokenTexts as texts } from '../../texts/tokens.ts';
import { RevocationReport } from './revocation-report.tsx';
import { RevokeManyDialog } from './revoke-many-dialog.tsx';
import { tokenColumns, tokenNarrowRow } from './token-columns.tsx';
import { useRevoke } from './use-revoke.ts';

const EXPIRING_DAYS = 7;

const views = [
  { key: 'available', label: states.available.word, query: { state: 'available' } },
  {
    key: 'needs-authorization',
    label: states.needsAuthorization.word,
    query: { state: 'needs_authorization' },
  },
  {
    key: 'expiring',
    label: texts.expiring(EXPIRING_DAYS),
    query: { expiresWithinDays: String(EXPIRING_DAYS) },
  },
  {
    key: 'unused',
    label: texts.unused(UNUSED_DAYS_DEFAULT),
    query: { unusedForDays: String(UNUSED_DAYS_DEFAULT) },
  },
  { key: 'revoked', label: states.revoked.word, query: { state: 'revoked' } },
];

const filters = [
  {
    param: 'state',
    label: texts.state,
    options: Object.entries(tokenStates)
      .filter(([value]) => value !== 'none')
      .map(([value, { word }]) => ({ value, label: word })),
  },
  {
    param: 'unusedForDays',
    label: texts.lastUse,
    options: [30, 90, 180, 365].map((days) => ({ value: String(days), label: texts.unused(days) })),
  },
  {
    param: 'expiresWithinDays',
    label: texts.ends,
    options: [1, 7, 30, 90].map((days) => ({ value: String(days), label: texts.expiring(days) })),
  },
];

/** Every token of the instance: what it is worth, when it was used, and revoking one or thousands. */
export function ManageTokensPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.list });
  const search = useSearch({ from: '/shell/tokens' });
  const navigate = useNavigate();
  const open = (over: { revocation?: string; revoke?: 'many' }) =>
    void navigate({
      to: '/tokens',
      search: ({ revocation: _revocation, revoke: _revoke, ...others }: Record<string, unknown>) => ({
        ...others,
        ...over,
      }),
    });
  const [bulkActions, dialog] = useBulkActions((revocation) => open({ revocation }));

  return (
    <>
      <RecordList
        title={texts.list}
        path={paths.tokens}
        schema={managedToken}
        columns={tokenColumns}
        rowName={(row) => row.credential.name}
        rowHref={(row) => paths.credential(row.credential.id)}
        narrowRow={tokenNarrowRow}
        defaultSort="state"
        searchLabel={texts.searchLabel}
        filters={filters}
        views={views}
        bulkActions={bulkActions}
        actions={
          <>
            <Button
              component={AppLink}
              href={paths.tokenRevocations}
              variant="default"
              leftSection={<IconHistory size={16} />}
            >
              {texts.revocations}
            </Button>
            <Button
              variant="default"
              leftSection={<IconBan size={16} />}
              onClick={() => open({ revoke: 'many' })}
            >
              {texts.revokeMany}
            </Button>
          </>
        }
        empty={{
          text: texts.empty,
          action: (
            <Button component={AppLink} href={paths.credentials}>
              {texts.toCredentials}
            </Button>
          ),
        }}
      />
      {search.revoke === 'many' && (
        <RevokeManyDialog onRevoked={(revocation) => open({ revocation })} onClose={() => open({})} />
      )}
      {search.revocation !== undefined && (
        <RevocationReport id={search.revocation} onClose={() => open({})} />
      )}
      {dialog}
    </>
  );
}

function useBulkActions(
  onRevoked: (revocationId: string) => void,
): [BulkAction<ManagedToken>[], React.ReactNode] {
  const [ask, dialog] = useConfirm();
  const revoke = useRevoke();
  const action: BulkAction<ManagedToken> = {
    label: texts.revoke,
    icon: <IconBan size={16} />,
    tone: 'bad',
    run: async (rows) => {
      const title = texts.revokeTitle(rows.length);
      const body = (
        <>
          <p>{rows.map(({ credential }) => credential.name).join(', ')}</p>
          <p>{texts.revokeBody}</p>
        </>
      );
      if (!(await ask({ title, body, verb: texts.revokeVerb, tone: 'bad' }))) return false;
      const revocation = await revoke({ which: 'chosen', tokenIds: rows.map(({ id }) => id) });
      if (revocation === undefined) return false;
      onRevoked(revocation.id);
      return true;
    },
  };
  return [[action], dialog];
}
