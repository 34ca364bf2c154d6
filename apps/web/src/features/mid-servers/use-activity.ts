import { midServerActivity } from '@lockkeeper/contract';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';

/** The last 30 minutes of a MID Server, read again every `everyMs`. */
export function useActivity(midServerId: string, everyMs: number) {
  return useQuery({
    queryKey: ['/mid-servers', midServerId, 'activity'],
    queryFn: ({ signal }) => api.get(`/mid-servers/${midServerId}/activity`, midServerActivity, { signal }),
    refetchInterval: everyMs,
  });
}
