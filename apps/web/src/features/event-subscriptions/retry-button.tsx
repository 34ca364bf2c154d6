import { type EventDelivery, eventDeliveryWithMessage } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';

/** Has an event sent again now. */
export function RetryButton({ delivery, size = 'compact-xs' }: { delivery: EventDelivery; size?: string }) {
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: () => api.post(`${paths.eventDelivery(delivery.id)}/retry`, {}, eventDeliveryWithMessage),
    onSuccess: () => done(texts.retried),
    onError: (error) => failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: [paths.eventDeliveries] }),
  });
  return (
    <Button variant="default" size={size} loading={retry.isPending} onClick={() => retry.mutate()}>
      {texts.retry}
    </Button>
  );
}
