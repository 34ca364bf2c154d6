import { type EnrolmentToken, enrolmentToken } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed, IconClockOff, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { StateLook } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { midServers as texts } from '../../texts/mid-servers.ts';
import { EnrolPanel } from './enrol-panel.tsx';
import { EnrolmentDialog } from './enrolment-dialog.tsx';

const looks = {
  used: { word: 'Used', tone: 'good', icon: IconCircleCheckFilled },
  open: { word: 'Waiting for its host', tone: 'info', icon: IconCircleDashed },
  expired: { word: 'Expired', tone: 'idle', icon: IconClockOff },
} as const satisfies Record<string, StateLook>;

const stateOf = ({ usedAt, expiresAt }: EnrolmentToken) =>
  looks[usedAt ? 'used' : new Date(expiresAt) < new Date() ? 'expired' : 'open'];
const nameOf = ({ name }: EnrolmentToken) => name ?? 'Named by its host';

const columns: readonly Column<EnrolmentToken>[] = [
  { key: 'name', label: 'Name', cell: nameOf, text: nameOf },
  {
    key: 'state',
    label: 'State',
    cell: (row) => <StateMark state={stateOf(row)} />,
    text: (row) => stateOf(row).word,
  },
  {
    key: 'server',
    label: 'MID Server',
    cell: ({ midServerId }) =>
      midServerId ? <AppLink href={`/mid-servers/${midServerId}`}>Open the server</AppLink> : '—',
    text: ({ midServerId }) => midServerId ?? '',
  },
  {
    key: 'by',
    label: 'Made by',
    dim: true,
    cell: ({ createdBy }) => createdBy.name,
    text: ({ createdBy }) => createdBy.name,
  },
  {
    key: 'created',
    label: 'Made',
    align: 'end',
    dim: true,
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    text: ({ createdAt }) => createdAt,
  },
  {
    key: 'expires',
    label: 'Expires',
    align: 'end',
    dim: true,
    cell: ({ expiresAt }) => <RelativeTime at={expiresAt} />,
    text: ({ expiresAt }) => expiresAt,
  },
];

/** The one-time tokens by which MID Servers enrol: made, used, expired. */
export function EnrolmentPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.enrolment });
  const [enrolling, setEnrolling] = useState(false);
  const enrol = () => setEnrolling(true);
  return (
    <>
      <RecordList
        title={texts.enrolment}
        path="/mid-servers/enrolment-tokens"
        schema={enrolmentToken}
        columns={columns}
        rowName={nameOf}
        narrowRow={(row) => ({
          state: <StateMark state={stateOf(row)} />,
          detail: <RelativeTime at={row.createdAt} />,
        })}
        onNew={enrol}
        newLabel={texts.newToken}
        refetchInterval={10_000}
        empty={{
          text: 'No enrolment token was made yet. A token works once and for one hour; a MID Server needs one to enrol.',
          action: (
            <Button leftSection={<IconPlus size={16} />} onClick={enrol}>
              {texts.newToken}
            </Button>
          ),
        }}
      />
      <EnrolPanel onNewToken={enrol} />
      {enrolling && <EnrolmentDialog onClose={() => setEnrolling(false)} />}
    </>
  );
}
