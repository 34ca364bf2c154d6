import type { Page } from '@lockkeeper/contract';
import { keepPreviousData, QueryClient, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { ApiError, api, type QueryValues } from './api.ts';

/**
 * Keys are `[collection path, …]`, such as `['/credentials', 'cred_…']`, so that a change of anything in a collection
 * is `invalidateQueries({queryKey: ['/credentials']})`.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && isPassing(error),
        refetchOnWindowFocus: true,
      },
    },
  });
}

/** Marks all that was read as old. Who is signed in is not part of it: the frame stands on it. */
export function readEverythingAgain(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== '/session' });
}

/** Whether trying again may help. */
function isPassing(error: Error): boolean {
  if (!(error instanceof ApiError)) return true;
  const { status, code } = error.problem;
  return code !== 'web.unexpected_answer' && (status === 0 || status >= 500);
}

/** One record: `useRecord('/credentials', id, credential)`. */
export function useRecord<Schema extends z.ZodType>(
  path: string,
  id: string,
  schema: Schema,
  options: { refetchInterval?: number | false; enabled?: boolean } = {},
) {
  return useQuery({
    queryKey: [path, id],
    queryFn: ({ signal }) => api.get(`${path}/${encodeURIComponent(id)}`, schema, { signal }),
    ...options,
  });
}

/** One page of a list, keeping the former page on screen while the next one loads. */
export function useListPage<Item extends z.ZodType>(
  path: string,
  item: Item,
  query: QueryValues = {},
  options: { refetchInterval?: number | false; enabled?: boolean } = {},
) {
  return useQuery<Page<z.output<Item>>>({
    queryKey: [path, 'list', query],
    queryFn: ({ signal }) => api.list(path, item, query, signal),
    placeholderData: keepPreviousData,
    ...options,
  });
}
