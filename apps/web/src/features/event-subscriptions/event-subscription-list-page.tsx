import { type EventSubscription, eventSubscription } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { AppLink } from '../../components/app-link.tsx';
import type { Column } from '../../components/record-list/column.ts';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { subscriptionLook } from './delivery-look.ts';

const eventsOf = ({ eventTypes }: EventSubscription) =>
  eventTypes.length === 0 ? 'every event' : eventTypes.join(', ');

const columns: readonly Column<EventSubscription>[] = [
  { key: 'name', label: texts.name, sort: 'name', cell: ({ name }) => name, text: ({ name }) => name },
  {
    key: 'state',
    label: texts.state,
    sort: 'active',
    cell: (row) => <StateMark state={subscriptionLook(row)} />,
    text: (row) => subscriptionLook(row).word,
  },
  {
    key: 'url',
    label: texts.url,
    dim: true,
    cell: ({ url }) => <span className="mono">{url}</span>,
    text: ({ url }) => url,
  },
  { key: 'events', label: texts.events, dim: true, cell: eventsOf, text: eventsOf },
  {
    key: 'pending',
    label: texts.pending,
    align: 'end',
    cell: ({ pending }) => pending,
    text: ({ pending }) => String(pending),
  },
  {
    key: 'delivered',
    label: texts.lastDelivered,
    align: 'end',
    dim: true,
    cell: ({ lastDeliveredAt }) => <RelativeTime at={lastDeliveredAt} never={texts.never} />,
    text: ({ lastDeliveredAt }) => lastDeliveredAt ?? '',
  },
];

/** Who is told what happens here. */
export function EventSubscriptionListPage() {
  usePageFrame({ crumbs: [{ label: texts.group }], title: texts.list });
  const navigate = useNavigate();
  return (
    <RecordList
      title={texts.list}
      path={paths.eventSubscriptions}
      schema={eventSubscription}
      columns={columns}
      rowName={({ name }) => name}
      rowHref={({ id }) => paths.eventSubscription(id)}
      narrowRow={(row) => ({
        end: <RelativeTime at={row.lastDeliveredAt} never={texts.never} />,
        state: <StateMark state={subscriptionLook(row)} />,
        detail: eventsOf(row),
      })}
      defaultSort="name"
      refetchInterval={30_000}
      onNew={() => void navigate({ href: paths.newEventSubscription })}
      empty={{
        text: texts.empty,
        action: (
          <Button component={AppLink} href={paths.newEventSubscription}>
            {texts.new}
          </Button>
        ),
      }}
    />
  );
}
