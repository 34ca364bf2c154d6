import { type ApplicationRegistryId, type OAuthEntityScope, oauthEntityScope } from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';

export interface ScopeValues {
  name: string;
  scope: string;
  applicationRegistryId: ApplicationRegistryId | null;
}

const labels = { name: texts.name, applicationRegistryId: texts.record, scope: texts.oauthScope };

/** The form of a new scope, or of a stored one. */
export function useScopeForm(stored: OAuthEntityScope | undefined, registryId: ApplicationRegistryId | null) {
  const client = useQueryClient();
  const values = useMemo(
    (): ScopeValues => ({
      name: stored?.name ?? '',
      scope: stored?.scope ?? '',
      applicationRegistryId: stored?.applicationRegistryId ?? registryId,
    }),
    [stored, registryId],
  );
  return useRecordForm({
    values,
    labels,
    recordHref: paths.scope,
    check: (typed) => ({
      ...(typed.name.trim() === '' ? { name: 'must not be empty' } : {}),
      ...(typed.scope.trim() === '' ? { scope: 'must not be empty' } : {}),
      ...(typed.applicationRegistryId === null ? { applicationRegistryId: 'must be chosen' } : {}),
    }),
    send: async (typed) => {
      const { name, scope } = typed;
      const saved =
        stored === undefined
          ? await api.post(paths.scopes, typed, oauthEntityScope)
          : await api.patch(paths.scope(stored.id), { name, scope }, oauthEntityScope);
      client.setQueryData([paths.scopes, saved.id], saved);
      await client.invalidateQueries({ queryKey: [paths.scopes] });
      return saved;
    },
  });
}
