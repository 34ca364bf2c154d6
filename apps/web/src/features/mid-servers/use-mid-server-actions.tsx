import { type MidServer, midServer as midServerSchema } from '@lockkeeper/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useConfirm } from '../../components/confirm.tsx';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';

type Action = 'validate' | 'invalidate' | 'pause' | 'resume';

const doneWords: Record<Action, (name: string) => string> = {
  validate: (name) => `${name} is validated. It gets work from now on.`,
  invalidate: (name) => `${name} is invalidated. It gets no work and no token.`,
  pause: (name) => `${name} is paused. It finishes what it has begun.`,
  resume: (name) => `${name} takes calls again.`,
};

/** What can be done to a MID Server, each with its question where something is lost by it. */
export function useMidServerActions(midServer: MidServer) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [ask, dialog] = useConfirm();
  const { id, name } = midServer;

  const act = useMutation({
    mutationFn: ({ action, body }: { action: Action; body?: unknown }) =>
      api.post(`/mid-servers/${id}/${action}`, body ?? {}, midServerSchema),
    onSuccess: (changed, { action }) => {
      client.setQueryData(['/mid-servers', id], changed);
      void client.invalidateQueries({ queryKey: ['/mid-servers'] });
      done(doneWords[action](name));
    },
    onError: (error) => failed(error),
  });
  const removal = useMutation({
    mutationFn: () => api.delete(`/mid-servers/${id}`),
    onSuccess: async () => {
      done(`${name} is removed.`);
      await navigate({ to: '/mid-servers' });
      client.removeQueries({ queryKey: ['/mid-servers', id] });
      void client.invalidateQueries({ queryKey: ['/mid-servers'] });
    },
    onError: (error) => failed(error),
  });

  return {
    dialog,
    busy: act.isPending || removal.isPending,
    validate: (fingerprint: string) => act.mutate({ action: 'validate', body: { fingerprint } }),
    pause: () => act.mutate({ action: 'pause' }),
    resume: () => act.mutate({ action: 'resume' }),
    invalidate: async () => {
      const sure = await ask({
        title: `Invalidate ${name}`,
        body: 'It loses the access tokens it holds in memory and gets no work until its fingerprint is compared again. Calls under way end with an error.',
        verb: 'Invalidate',
        tone: 'bad',
      });
      if (sure) act.mutate({ action: 'invalidate' });
    },
    remove: async () => {
      const sure = await ask({
        title: `Remove ${name}`,
        body: 'Its keys are forgotten here and its connection ends. To come back it must be enrolled anew. Credentials and tools stay as they are.',
        verb: 'Remove',
        tone: 'bad',
      });
      if (sure) removal.mutate();
    },
  };
}
