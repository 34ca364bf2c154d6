import { toolKind } from '@lockkeeper/contract';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../../lib/api.ts';

/** What can be connected; the same until the instance is updated. */
export function useToolKinds() {
  return useQuery({
    queryKey: ['/tools/kinds'],
    queryFn: ({ signal }) => api.get('/tools/kinds', z.array(toolKind), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
