import {
  type EventSubscription,
  eventSubscription,
  eventSubscriptionWithSecret,
  type SubscribableEventType,
} from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';

export interface EventSubscriptionFormValues {
  name: string;
  url: string;
  /** Every type; what is chosen does not matter then. */
  isEvery: boolean;
  eventTypes: readonly SubscribableEventType[];
  active: boolean;
  comments: string;
}

/** What was saved, and the signing secret of one that was made just now. */
export interface SavedSubscription {
  id: string;
  signingSecret: string | undefined;
}

const labels = {
  name: texts.name,
  url: texts.url,
  eventTypes: texts.events,
  active: texts.active,
  comments: texts.comments,
};

/** The form of a new subscription, or of a stored one. */
export function useEventSubscriptionForm(stored: EventSubscription | undefined) {
  const client = useQueryClient();
  const values = useMemo(
    (): EventSubscriptionFormValues => ({
      name: stored?.name ?? '',
      url: stored?.url ?? '',
      isEvery: (stored?.eventTypes.length ?? 0) === 0,
      eventTypes: stored?.eventTypes ?? [],
      active: stored?.active ?? true,
      comments: stored?.comments ?? '',
    }),
    [stored],
  );
  return useRecordForm<EventSubscriptionFormValues, SavedSubscription>({
    values,
    labels,
    recordHref: paths.eventSubscription,
    check: ({ name, url, isEvery, eventTypes }) => ({
      ...(name.trim() === '' ? { name: 'must not be empty' } : {}),
      ...(url.trim() === '' ? { url: 'must not be empty' } : {}),
      ...(!isEvery && eventTypes.length === 0 ? { eventTypes: texts.chooseOne } : {}),
    }),
    send: async ({ isEvery, eventTypes, url, ...rest }) => {
      const body = { ...rest, eventTypes: isEvery ? [] : eventTypes };
      if (stored === undefined) {
        const made = await api.post(paths.eventSubscriptions, { ...body, url }, eventSubscriptionWithSecret);
        await client.invalidateQueries({ queryKey: [paths.eventSubscriptions] });
        return { id: made.eventSubscription.id, signingSecret: made.signingSecret };
      }
      // A URL that stays as it is asks nobody to prove who they are.
      const change = { ...body, ...(url === stored.url ? {} : { url }) };
      const saved = await api.patch(paths.eventSubscription(stored.id), change, eventSubscription);
      client.setQueryData([paths.eventSubscriptions, saved.id], saved);
      await client.invalidateQueries({ queryKey: [paths.eventSubscriptions] });
      return { id: saved.id, signingSecret: undefined };
    },
  });
}

export type EventSubscriptionForm = ReturnType<typeof useEventSubscriptionForm>;
