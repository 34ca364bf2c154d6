import { eventSubscription } from '@lockkeeper/contract';
import { useParams } from '@tanstack/react-router';
import { RecordStatus } from '../../components/record-status.tsx';
import { paths } from '../../lib/paths.ts';
import { useRecord } from '../../lib/query.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { EventSubscriptionRecord } from './event-subscription-record.tsx';

const REFETCH_MS = 5_000;

export function EventSubscriptionPage() {
  const { subscriptionId } = useParams({ from: '/shell/event-subscriptions/$subscriptionId' });
  const record = useRecord(paths.eventSubscriptions, subscriptionId, eventSubscription, {
    refetchInterval: REFETCH_MS,
  });
  if (record.data === undefined) {
    return <RecordStatus what={texts.record} listHref={paths.eventSubscriptions} query={record} />;
  }
  return <EventSubscriptionRecord key={subscriptionId} subscription={record.data} />;
}
