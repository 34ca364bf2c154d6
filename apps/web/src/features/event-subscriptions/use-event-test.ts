import { type EventTest, eventTest } from '@lockkeeper/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';

export interface EventTesting {
  running: boolean;
  result: EventTest | undefined;
  run: () => void;
}

/** Sends a test event and keeps what came back. */
export function useEventTest(id: string): EventTesting {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => api.post(`${paths.eventSubscription(id)}/test`, {}, eventTest),
    onError: (error) => failed(error),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: [paths.eventSubscriptions] });
      await client.invalidateQueries({ queryKey: [paths.eventDeliveries] });
    },
  });
  return { running: test.isPending, result: test.data, run: () => test.mutate() };
}
