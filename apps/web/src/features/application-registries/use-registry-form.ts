import { type ApplicationRegistry, applicationRegistry } from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { checkRegistry, createBody, emptyRegistry, patchBody, valuesOf } from './registry-values.ts';

const labels = {
  name: texts.name,
  template: texts.template,
  application: texts.application,
  clientId: texts.clientId,
  clientSecret: texts.clientSecret,
  clientSecretExpiresAt: texts.clientSecretExpiresAt,
  defaultGrantType: texts.defaultGrantType,
  sendCredentials: texts.sendCredentials,
  refreshTokenLifespanSeconds: texts.refreshTokenLifespan,
  codeChallengeMethod: texts.codeChallengeMethod,
  publicClient: texts.publicClient,
  extendRefreshTokenExpiry: texts.extendRefreshTokenExpiry,
  authorizationUrl: texts.authorizationUrl,
  tokenUrl: texts.tokenUrl,
  tokenRevocationUrl: texts.tokenRevocationUrl,
  redirectUrlMode: texts.redirectUrlMode,
  issuer: texts.issuer,
  authorizationResponseIssParameterSupported: texts.issPromised,
  accessibleFrom: texts.accessibleFrom,
  logoUrl: texts.logoUrl,
  comments: texts.comments,
};

/** The form of a new registry, or of a stored one. */
export function useRegistryForm(registry?: ApplicationRegistry) {
  const client = useQueryClient();
  const values = useMemo(() => (registry === undefined ? emptyRegistry : valuesOf(registry)), [registry]);
  return useRecordForm({
    values,
    labels,
    recordHref: paths.registry,
    check: (typed) => checkRegistry(typed, registry !== undefined && registry.clientSecretStoredAt !== null),
    send: async (typed) => {
      const saved =
        registry === undefined
          ? await api.post(paths.registries, createBody(typed), applicationRegistry)
          : await api.patch(paths.registry(registry.id), patchBody(registry, typed), applicationRegistry);
      client.setQueryData([paths.registries, saved.id], saved);
      void client.invalidateQueries({ queryKey: [paths.registries, 'list'] });
      void client.invalidateQueries({ queryKey: [paths.profiles] });
      return saved;
    },
  });
}
