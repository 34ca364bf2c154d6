import { pageOf, roleView } from '@lockkeeper/contract';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';

/** The roles and what each may do, in the instance's words. */
export function useRoles() {
  return useQuery({
    queryKey: ['/roles'],
    queryFn: ({ signal }) => api.get('/roles', pageOf(roleView), { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
