import { type Credential, credential } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconPower, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useConfirm } from '../../components/confirm.tsx';
import type { BulkAction } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { states, tokenStates } from '../../components/states.ts';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { common } from '../../texts/common.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import { credentialColumns, credentialNarrowRow } from './credential-columns.tsx';
import { CredentialTypeDialog } from './credential-type-dialog.tsx';
import { NewCredentialDialog } from './new-credential-dialog.tsx';

/** The worst first is what the tabs are for. */
const views = [
  { key: 'available', label: states.available.word, query: { state: 'available' } },
  {
    key: 'needs-authorization',
    label: states.needsAuthorization.word,
    query: { state: 'needs_authorization' },
  },
  { key: 'none', label: states.none.word, query: { state: 'none' } },
];

const filters = [
  {
    param: 'state',
    label: texts.state,
    options: Object.entries(tokenStates).map(([value, { word }]) => ({ value, label: word })),
  },
  {
    param: 'active',
    label: texts.active,
    options: [
      { value: 'true', label: common.yes },
      { value: 'false', label: common.no },
    ],
  },
];

/** The list of credentials; New asks for the type and opens the form as dialogs over it. */
export function CredentialListPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.list });
  const search = useSearch({ from: '/shell/credentials' });
  const navigate = useNavigate();
  const [bulkActions, dialog] = useBulkActions();
  const open = (step: 'type' | 'oauth2' | undefined) =>
    void navigate({
      to: '/credentials',
      search: ({ new: _step, profile: _profile, ...others }) => ({
        ...others,
        ...(step === undefined ? {} : { new: step }),
      }),
    });

  return (
    <>
      <RecordList
        title={texts.list}
        path={paths.credentials}
        schema={credential}
        columns={credentialColumns}
        rowName={(row) => row.name}
        rowHref={(row) => paths.credential(row.id)}
        narrowRow={credentialNarrowRow}
        defaultSort="name"
        filters={filters}
        views={views}
        bulkActions={bulkActions}
        onNew={() => open('type')}
        empty={{
          text: texts.empty,
          action: <Button onClick={() => open('type')}>{texts.newCredential}</Button>,
        }}
      />
      {search.new === 'type' && (
        <CredentialTypeDialog onChoose={() => open('oauth2')} onClose={() => open(undefined)} />
      )}
      {search.new === 'oauth2' && (
        <NewCredentialDialog profileId={search.profile ?? null} onClose={() => open(undefined)} />
      )}
      {dialog}
    </>
  );
}

function useBulkActions(): [BulkAction<Credential>[], React.ReactNode] {
  const [ask, dialog] = useConfirm();
  const client = useQueryClient();

  /** One after the other, so that a failure says at which one it stopped. */
  const each = async (
    rows: readonly Credential[],
    act: (row: Credential) => Promise<unknown>,
    words: string,
  ) => {
    try {
      for (const row of rows)
        await act(row).catch((error: unknown) => Promise.reject(failed(error, row.name)));
      done(`${words}: ${rows.length}`);
      return true;
    } catch {
      return false;
    } finally {
      await client.invalidateQueries({ queryKey: [paths.credentials] });
    }
  };

  const actions: BulkAction<Credential>[] = [
    {
      label: texts.refreshNow,
      icon: <IconRefresh size={16} />,
      run: (rows) =>
        each(rows, (row) => api.run(`${paths.credential(row.id)}/token/refresh`), texts.refreshed),
    },
    {
      label: texts.deactivate,
      icon: <IconPower size={16} />,
      run: (rows) =>
        each(
          rows,
          (row) => api.patch(paths.credential(row.id), { active: false, version: row.version }, credential),
          common.inactive,
        ),
    },
    {
      label: common.delete,
      icon: <IconTrash size={16} />,
      tone: 'bad',
      run: async (rows) => {
        const title = texts.bulkDeleteTitle(rows.length);
        const sure = await ask({ title, body: texts.deleteBody, verb: 'Delete', tone: 'bad' });
        return sure && (await each(rows, (row) => api.delete(paths.credential(row.id)), 'Deleted'));
      },
    },
  ];
  return [actions, dialog];
}
