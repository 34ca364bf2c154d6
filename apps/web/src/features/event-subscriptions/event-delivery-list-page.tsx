import { eventDelivery, eventDeliveryState, outboundEventType } from '@lockkeeper/contract';
import { RecordList } from '../../components/record-list/record-list.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { deliveryColumns, deliveryNarrowRow } from './delivery-columns.tsx';

/** What was sent to all subscriptions. */
export function EventDeliveryListPage() {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.eventSubscriptions }],
    title: texts.deliveries,
  });
  return (
    <RecordList
      title={texts.deliveries}
      path={paths.eventDeliveries}
      schema={eventDelivery}
      columns={deliveryColumns}
      rowName={({ event }) => event.type}
      rowHref={({ id }) => paths.eventDelivery(id)}
      narrowRow={deliveryNarrowRow}
      defaultSort="-at"
      refetchInterval={10_000}
      searchLabel={texts.filterByEvent}
      filters={[
        {
          param: 'state',
          label: texts.state,
          options: eventDeliveryState.options.map((value) => ({ value, label: texts.deliveryStates[value] })),
        },
        {
          param: 'type',
          label: texts.type,
          options: outboundEventType.options.map((value) => ({ value, label: value })),
        },
      ]}
      empty={{ text: texts.deliveriesEmpty }}
    />
  );
}
