import { type EventDeliveryWithMessage, eventDeliveryWithMessage } from '@lockkeeper/contract';
import { IconWebhook } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { RecordStatus } from '../../components/record-status.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Facts, RailSection, RelatedLinks } from '../../components/side-rail.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { useRecord } from '../../lib/query.ts';
import { longDateTime } from '../../lib/time.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { answerInWords, deliveryLook } from './delivery-look.ts';
import classes from './event-subscriptions.module.css';
import { RetryButton } from './retry-button.tsx';

const REFETCH_MS = 5_000;

/** One event on its way to one subscription: what was sent, and what was answered. */
export function EventDeliveryPage() {
  const { deliveryId } = useParams({ from: '/shell/event-deliveries/$deliveryId' });
  const record = useRecord(paths.eventDeliveries, deliveryId, eventDeliveryWithMessage, {
    refetchInterval: REFETCH_MS,
  });
  if (record.data === undefined) {
    return <RecordStatus what={texts.delivery} listHref={paths.eventDeliveries} query={record} />;
  }
  return <Delivery delivery={record.data} />;
}

function Delivery({ delivery }: { delivery: EventDeliveryWithMessage }) {
  const { id, event, message, lastAnswer, attempts, nextAttemptAt } = delivery;
  usePageFrame({
    crumbs: [
      { label: texts.group },
      { label: texts.list, href: paths.eventSubscriptions },
      { label: texts.deliveries, href: paths.eventDeliveries },
    ],
    title: event.type,
    recordKind: texts.delivery,
  });
  return (
    <RecordPage
      title={event.type}
      kind={texts.delivery}
      id={id}
      state={<StateMark pill state={deliveryLook(delivery)} />}
      backHref={paths.eventSubscription(delivery.eventSubscriptionId)}
      actions={<RetryButton delivery={delivery} size="sm" />}
      rail={
        <>
          <RelatedLinks
            links={[
              {
                label: texts.openSubscription,
                icon: IconWebhook,
                href: paths.eventSubscription(delivery.eventSubscriptionId),
              },
            ]}
          />
          <RailSection title={texts.delivery}>
            <Facts
              facts={[
                [texts.at, longDateTime(new Date(event.at))],
                [
                  texts.webhookId,
                  <span className="mono" key="id">
                    {event.id}
                  </span>,
                ],
                [texts.attempts, attempts],
                [texts.nextAttempt, <RelativeTime at={nextAttemptAt} never={texts.none} key="next" />],
              ]}
            />
          </RailSection>
        </>
      }
    >
      <h2>{texts.message}</h2>
      <pre className={classes.code}>{JSON.stringify(message, null, 2)}</pre>
      <h2>{texts.answer}</h2>
      {lastAnswer === null ? (
        <p>{texts.none}</p>
      ) : (
        <>
          <p>
            The receiver {answerInWords(delivery)}, <RelativeTime at={lastAnswer.at} />, in{' '}
            {lastAnswer.tookMs} ms.
          </p>
          {lastAnswer.body !== '' && <pre className={classes.code}>{lastAnswer.body}</pre>}
        </>
      )}
    </RecordPage>
  );
}
