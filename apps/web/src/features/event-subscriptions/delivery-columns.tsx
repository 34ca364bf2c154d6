import type { EventDelivery } from '@lockkeeper/contract';
import type { Column, NarrowRow } from '../../components/record-list/column.ts';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { answerInWords, deliveryLook } from './delivery-look.ts';
import classes from './event-subscriptions.module.css';
import { RetryButton } from './retry-button.tsx';

export const deliveryColumns: readonly Column<EventDelivery>[] = [
  {
    key: 'type',
    label: texts.type,
    cell: ({ event }) => <span className={classes.type}>{event.type}</span>,
    text: ({ event }) => event.type,
  },
  {
    key: 'state',
    label: texts.state,
    cell: (row) => <StateMark state={deliveryLook(row)} />,
    text: ({ state }) => state,
  },
  { key: 'answer', label: texts.answer, dim: true, cell: answerInWords, text: answerInWords },
  {
    key: 'attempts',
    label: texts.attempts,
    align: 'end',
    cell: ({ attempts }) => attempts,
    text: ({ attempts }) => String(attempts),
  },
  {
    key: 'next',
    label: texts.nextAttempt,
    align: 'end',
    dim: true,
    cell: ({ nextAttemptAt }) => <RelativeTime at={nextAttemptAt} />,
    text: ({ nextAttemptAt }) => nextAttemptAt ?? '',
  },
  {
    key: 'at',
    label: texts.at,
    align: 'end',
    dim: true,
    sort: 'at',
    cell: ({ event }) => <RelativeTime at={event.at} />,
    text: ({ event }) => event.at,
  },
  {
    key: 'retry',
    label: texts.retry,
    align: 'end',
    cell: (row) => (row.state === 'delivered' ? '' : <RetryButton delivery={row} />),
    text: () => '',
  },
];

/** Beside a rail there is less room. */
export const fewDeliveryColumns = deliveryColumns.filter(({ key }) => key !== 'attempts' && key !== 'next');

export function deliveryNarrowRow(row: EventDelivery): NarrowRow {
  return {
    end: <RelativeTime at={row.event.at} />,
    state: <StateMark state={deliveryLook(row)} />,
    detail: answerInWords(row),
  };
}
