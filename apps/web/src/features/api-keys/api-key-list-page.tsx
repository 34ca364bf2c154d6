import { type ApiKey, apiKey } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconBan, IconCircleCheckFilled, IconClockOff, IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useConfirm } from '../../components/confirm.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { type StateLook, states } from '../../components/states.ts';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { ApiKeyDialog } from './api-key-dialog.tsx';

const looks = {
  active: { word: 'Active', tone: 'good', icon: IconCircleCheckFilled },
  expired: { word: 'Expired', tone: 'idle', icon: IconClockOff },
} as const satisfies Record<string, StateLook>;

const stateOf = ({ revokedAt, expiresAt }: ApiKey) =>
  revokedAt ? states.revoked : expiresAt && new Date(expiresAt) < new Date() ? looks.expired : looks.active;
const toolsOf = ({ toolIds, mayWrite }: ApiKey) =>
  toolIds.length === 0
    ? 'none'
    : `${toolIds.length} ${toolIds.length === 1 ? 'tool' : 'tools'}, ${mayWrite ? 'may write' : 'reading only'}`;

const columns: readonly Column<ApiKey>[] = [
  { key: 'name', label: 'Name', sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
  {
    key: 'hint',
    label: 'Begins with',
    dim: true,
    cell: ({ hint }) => <span className="mono">{hint}…</span>,
    text: ({ hint }) => hint,
  },
  {
    key: 'roles',
    label: 'Roles',
    cell: ({ roles }) => roles.join(', '),
    text: ({ roles }) => roles.join(' '),
  },
  { key: 'tools', label: 'Tools', dim: true, cell: toolsOf, text: toolsOf },
  {
    key: 'state',
    label: 'State',
    cell: (row) => <StateMark state={stateOf(row)} />,
    text: (row) => stateOf(row).word,
  },
  {
    key: 'used',
    label: 'Used',
    align: 'end',
    dim: true,
    cell: ({ lastUsedAt }) => <RelativeTime at={lastUsedAt} never="never" />,
    text: ({ lastUsedAt }) => lastUsedAt ?? '',
  },
  {
    key: 'expires',
    label: 'Expires',
    align: 'end',
    dim: true,
    cell: ({ expiresAt }) => <RelativeTime at={expiresAt} never="never" />,
    text: ({ expiresAt }) => expiresAt ?? '',
  },
  {
    key: 'created',
    label: 'Made',
    align: 'end',
    dim: true,
    sort: 'createdAt',
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    text: ({ createdAt }) => createdAt,
  },
];

/** Keys for programs: each with its roles and the tools it may call. */
export function ApiKeyListPage() {
  usePageFrame({ crumbs: [{ label: 'System' }], title: 'API Keys' });
  const client = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [ask, dialog] = useConfirm();
  const revoke = async (rows: readonly ApiKey[]) => {
    const open = rows.filter(({ revokedAt }) => revokedAt === null);
    const sure = await ask({
      title: open.length === 1 ? `Revoke ${open[0]?.name}` : `Revoke ${open.length} API keys`,
      body: 'Programs that use it get 401 from now on. A revoked key cannot be brought back.',
      verb: 'Revoke',
      tone: 'bad',
    });
    if (!sure) return false;
    try {
      for (const { id } of open) await api.post(`/api-keys/${id}/revoke`, {}, apiKey);
      done(open.length === 1 ? `${open[0]?.name} is revoked.` : `${open.length} API keys are revoked.`);
      return true;
    } catch (error) {
      failed(error);
      return false;
    } finally {
      void client.invalidateQueries({ queryKey: ['/api-keys'] });
    }
  };
  return (
    <>
      <RecordList
        title="API Keys"
        path="/api-keys"
        schema={apiKey}
        columns={columns}
        rowName={({ name }) => name}
        narrowRow={(row) => ({
          end: <RelativeTime at={row.lastUsedAt} never="never used" />,
          state: <StateMark state={stateOf(row)} />,
          detail: row.roles.join(', '),
        })}
        defaultSort="name"
        onNew={() => setCreating(true)}
        bulkActions={[{ label: 'Revoke…', icon: <IconBan size={16} />, tone: 'bad', run: revoke }]}
        empty={{
          text: 'No API key exists. A program needs one to call /api/v1; people sign in instead.',
          action: (
            <Button leftSection={<IconPlus size={16} />} onClick={() => setCreating(true)}>
              New
            </Button>
          ),
        }}
      />
      {dialog}
      {creating && <ApiKeyDialog onClose={() => setCreating(false)} />}
    </>
  );
}
