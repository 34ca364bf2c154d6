import { registryValidation } from '@lockkeeper/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';

/** **Validate**: one token request with a dummy code, whose refusal tells whether Client ID and Secret are right. */
export function useValidation(registryId: string) {
  const client = useQueryClient();
  const validation = useMutation({
    mutationFn: () => api.post(`${paths.registry(registryId)}/validate`, undefined, registryValidation),
    onSettled: () => client.invalidateQueries({ queryKey: [paths.registries] }),
    onError: (error) => failed(error),
  });
  return { run: () => validation.mutate(), running: validation.isPending };
}
