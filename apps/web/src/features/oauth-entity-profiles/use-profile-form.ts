import {
  type ApplicationRegistryId,
  type OAuthEntityProfile,
  oauthEntityProfile,
} from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { namedValueLabels } from '../../components/record-form/named-values-field.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { emptyProfile, requestBody, valuesOf } from './profile-values.ts';

const labels = {
  name: texts.name,
  applicationRegistryId: texts.record,
  grantType: texts.grantType,
  isDefault: texts.isDefault,
  scopeIds: texts.scopesOfProfile,
  'assertion.issuer': texts.assertionIssuer,
  'assertion.subject': texts.assertionSubject,
  'assertion.audience': texts.assertionAudience,
  'assertion.lifetimeSeconds': texts.assertionLifetime,
  ...namedValueLabels('assertion.claims', texts.assertionClaims),
  ...namedValueLabels('authorizationParameters', texts.authorizationParameters),
  ...namedValueLabels('tokenParameters', texts.tokenParameters),
  resources: texts.resources,
};

/** The form of a new profile, or of a stored one. */
export function useProfileForm(
  profile: OAuthEntityProfile | undefined,
  registryId: ApplicationRegistryId | null,
) {
  const client = useQueryClient();
  const values = useMemo(
    () => (profile === undefined ? emptyProfile(registryId) : valuesOf(profile)),
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
    send: async (typed) => {
      const { applicationRegistryId, grantType, isDefault } = typed;
      const body = requestBody(typed);
      const saved =
        profile === undefined
          ? await api.post(
              paths.profiles,
              { ...body, applicationRegistryId, grantType, isDefault },
              oauthEntityProfile,
            )
          : await api.patch(
              paths.profile(profile.id),
              { ...body, ...(isDefault && !profile.isDefault ? { isDefault } : {}) },
              oauthEntityProfile,
            );
      client.setQueryData([paths.profiles, saved.id], saved);
      await client.invalidateQueries({ queryKey: [paths.profiles] });
      return saved;
    },
  });
}
