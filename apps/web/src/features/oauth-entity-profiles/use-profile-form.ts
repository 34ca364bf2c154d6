import {
  type ApplicationRegistryId,
  type OAuthEntityProfile,
  type OAuthEntityScopeId,
  oauthEntityProfile,
} from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';

export interface ProfileValues {
  name: string;
  applicationRegistryId: ApplicationRegistryId | null;
  isDefault: boolean;
  scopeIds: OAuthEntityScopeId[];
}

const labels = {
  name: texts.name,
  applicationRegistryId: texts.record,
  grantType: texts.grantType,
  isDefault: texts.isDefault,
  scopeIds: texts.scopesOfProfile,
};

/** The form of a new profile, or of a stored one. */
export function useProfileForm(
  profile: OAuthEntityProfile | undefined,
  registryId: ApplicationRegistryId | null,
) {
  const client = useQueryClient();
  const values = useMemo(
    (): ProfileValues =>
      profile === undefined
        ? { name: '', applicationRegistryId: registryId, isDefault: false, scopeIds: [] }
        : {
            name: profile.name,
            applicationRegistryId: profile.applicationRegistryId,
            isDefault: profile.isDefault,
            scopeIds: profile.scopes.map(({ id }) => id),
          },
    [profile, registryId],
  );
  return useRecordForm({
    values,
    labels,
    recordHref: paths.profile,
    check: (typed) => ({
      ...(typed.name.trim() === '' ? { name: 'must not be empty' } : {}),
      ...(typed.applicationRegistryId === null ? { applicationRegistryId: 'must be chosen' } : {}),
    }),
    send: async ({ name, applicationRegistryId, isDefault, scopeIds }) => {
      const saved =
        profile === undefined
          ? await api.post(
              paths.profiles,
              { name, applicationRegistryId, grantType: 'authorization_code', isDefault, scopeIds },
              oauthEntityProfile,
            )
          : await api.patch(
              paths.profile(profile.id),
              { name, scopeIds, ...(isDefault && !profile.isDefault ? { isDefault } : {}) },
              oauthEntityProfile,
            );
      client.setQueryData([paths.profiles, saved.id], saved);
      await client.invalidateQueries({ queryKey: [paths.profiles] });
      return saved;
    },
  });
}
