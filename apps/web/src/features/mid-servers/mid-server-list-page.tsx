import { type MidServer, midServer } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { Callout } from '../../components/callout.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { midServerStates, states } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useListPage } from '../../lib/query.ts';
import { midServers as texts } from '../../texts/mid-servers.ts';
import { CallsSparkline } from './calls-sparkline.tsx';
import { EnrolPanel } from './enrol-panel.tsx';
import { EnrolmentDialog } from './enrolment-dialog.tsx';
import { milliseconds } from './milliseconds.ts';

const statusOf = (row: MidServer) => (
  <StateMark state={row.validated ? midServerStates[row.status] : held(row)} />
);
const validatedOf = ({ validated }: MidServer) => (
  <StateMark state={validated ? states.validated : states.notValidated} word={validated ? 'Yes' : 'No'} />
);
const rateOf = ({ callsPerMinute }: MidServer) =>
  callsPerMinute > 0 ? `${Math.round(callsPerMinute)}/min` : '—';

const columns: readonly Column<MidServer>[] = [
  { key: 'name', label: 'Name', sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
  { key: 'status', label: 'Status', cell: statusOf, text: ({ status }) => status },
  { key: 'validated', label: 'Validated', cell: validatedOf, text: ({ validated }) => String(validated) },
  {
    key: 'activity',
    label: 'Calls, last 30 min',
    cell: (row) => <CallsSparkline midServer={row} />,
    text: ({ callsPerMinute }) => String(callsPerMinute),
  },
  {
    key: 'rate',
    label: 'Now',
    align: 'end',
    cell: rateOf,
    text: ({ callsPerMinute }) => String(callsPerMinute),
  },
  {
    key: 'median',
    label: 'Median',
    align: 'end',
    cell: ({ medianMs }) => milliseconds(medianMs),
    text: ({ medianMs }) => String(medianMs ?? ''),
  },
  {
    key: 'host',
    label: 'Host',
    dim: true,
    cell: ({ host }) => <span className="mono">{host}</span>,
    text: ({ host }) => host,
  },
  {
    key: 'version',
    label: 'Version',
    dim: true,
    cell: ({ agentVersion }) => agentVersion,
    text: ({ agentVersion }) => agentVersion,
  },
  {
    key: 'heartbeat',
    label: 'Heartbeat',
    align: 'end',
    dim: true,
    cell: ({ lastHeartbeatAt }) => <RelativeTime at={lastHeartbeatAt} />,
    text: ({ lastHeartbeatAt }) => lastHeartbeatAt ?? '',
  },
];

export function MidServerListPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.servers });
  const [enrolling, setEnrolling] = useState(false);
  const enrol = () => setEnrolling(true);
  return (
    <>
      <RecordList
        title={texts.listTitle}
        path="/mid-servers"
        schema={midServer}
        columns={columns}
        rowName={({ name }) => name}
        rowHref={({ id }) => `/mid-servers/${id}`}
        narrowRow={(row) => ({
          end: <RelativeTime at={row.lastHeartbeatAt} />,
          state: statusOf(row),
          detail: row.validated ? rateOf(row) : validatedWords,
        })}
        defaultSort="name"
        onNew={enrol}
        newLabel={texts.newToken}
        refetchInterval={10_000}
        banner={<WaitingBanner />}
        empty={{
          text: `${texts.empty} ${texts.emptyNext}`,
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

const validatedWords = 'not validated';

/** An agent that is connected and not validated is neither up nor down: it is held. */
function held({ status }: MidServer) {
  return status === 'down' ? midServerStates.down : { ...states.waiting, word: 'Held' };
}

function WaitingBanner() {
  const page = useListPage('/mid-servers', midServer, { limit: 200 });
  const waiting = page.data?.items.filter(({ validated }) => !validated) ?? [];
  const [first] = waiting;
  if (!first) return null;
  return (
    <Callout
      tone="warn"
      title={
        waiting.length === 1
          ? `${first.name} waits for validation.`
          : `${waiting.length} servers wait for validation.`
      }
      action={
        <Button component={AppLink} href={`/mid-servers/${first.id}`} variant="default" size="xs">
          {texts.compare}
        </Button>
      }
    >
      {waiting.length === 1 ? 'It gets' : 'They get'} no work and no token until then.
    </Callout>
  );
}
