import type { EventDelivery, EventSubscription } from '@lockkeeper/contract';
import { IconCircleCheckFilled } from '@tabler/icons-react';
import { type StateLook, states } from '../../components/states.ts';

const looks = {
  delivered: { word: 'Delivered', tone: 'good', icon: IconCircleCheckFilled },
  retrying: { ...states.throttled, word: 'Trying again' },
  failing: { ...states.failed, word: 'Failing' },
  off: { ...states.failed, word: 'Switched off' },
} as const satisfies Record<string, StateLook>;

export function deliveryLook({ state, attempts }: Pick<EventDelivery, 'state' | 'attempts'>): StateLook {
  switch (state) {
    case 'delivered':
      return looks.delivered;
    case 'failed':
      return states.failed;
    case 'pending':
      return attempts === 0 ? states.waiting : looks.retrying;
  }
}

export function subscriptionLook({
  active,
  disabled,
  failingSince,
}: Pick<EventSubscription, 'active' | 'disabled' | 'failingSince'>): StateLook {
  if (disabled !== null) return looks.off;
  if (!active) return states.inactive;
  return failingSince === null ? states.active : looks.failing;
}

/** "204", or what went wrong. */
export function answerInWords({ lastAnswer }: Pick<EventDelivery, 'lastAnswer'>): string {
  if (lastAnswer === null) return '—';
  return lastAnswer.error ?? `answered ${lastAnswer.status}`;
}
