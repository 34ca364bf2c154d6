import { type DiscoveryRun, discoveryRun, type Tool } from '@lockkeeper/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { useLive, useServerEvents } from '../../lib/events.tsx';
import { useListPage } from '../../lib/query.ts';

const endedStates: readonly DiscoveryRun['state'][] = ['succeeded', 'failed', 'cancelled'];

export function isUnderWay(run: DiscoveryRun | undefined): run is DiscoveryRun {
  return run !== undefined && !endedStates.includes(run.state);
}

/** The newest run of a tool as it proceeds, and what can be done to it. */
export function useDiscovery(tool: Tool) {
  const client = useQueryClient();
  const live = useLive();
  const path = `/tools/${tool.id}/discovery-runs`;
  const runs = useListPage(path, discoveryRun, { limit: 20 });
  const newestId = tool.currentRunId ?? runs.data?.items[0]?.id;
  const key = ['/discovery-runs', newestId];
  const newest = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get(`/discovery-runs/${newestId}`, discoveryRun, { signal }),
    enabled: newestId !== undefined,
    // Progress arrives as events; where they do not come through, it is asked for.
    refetchInterval: (query) => (!live && isUnderWay(query.state.data) ? 2_000 : false),
  });

  const store = (run: DiscoveryRun) => {
    client.setQueryData(['/discovery-runs', run.id], run);
    if (!isUnderWay(run)) void client.invalidateQueries({ queryKey: [path] });
  };
  useServerEvents((event) => {
    if (event.type === 'discovery-run.updated' && event.run.toolId === tool.id) store(event.run);
  });

  const steer = useMutation({
    mutationFn: ({ action, body }: { action: 'pause' | 'resume' | 'cancel'; body?: unknown }) =>
      api.post(`/discovery-runs/${newestId}/${action}`, body ?? {}, discoveryRun),
    onSuccess: store,
  });
  const start = useMutation({
    mutationFn: () => api.post(`/tools/${tool.id}/discover`, {}, discoveryRun),
    onSuccess: (run) => {
      store(run);
      void client.invalidateQueries({ queryKey: ['/tools', tool.id] });
      void client.invalidateQueries({ queryKey: [path] });
    },
  });
  return { run: newest.data, runs, start, steer };
}
