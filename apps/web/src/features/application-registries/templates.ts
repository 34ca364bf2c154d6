import { type ProviderTemplate, providerTemplate } from '@lockkeeper/contract';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../../lib/api.ts';

const templates = z.object({ items: z.array(providerTemplate) });

/** Known providers. They change with the instance only, so once read they stay. */
export function useTemplates(): readonly ProviderTemplate[] {
  const { data } = useQuery({
    queryKey: ['/application-registries/templates'],
    queryFn: ({ signal }) => api.get('/application-registries/templates', templates, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.items ?? [];
}
