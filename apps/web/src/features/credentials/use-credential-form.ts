import {
  CREDENTIAL_ORDER_DEFAULT,
  type Credential,
  credential,
  type MidServerId,
  type OAuthEntityProfileId,
} from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { changedFields } from '../../components/record-form/changed-fields.ts';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';

/** What the form holds; the chosen MID Servers stay while one looks at **All MID Servers**. */
export interface CredentialValues {
  name: string;
  order: number | string;
  profileId: OAuthEntityProfileId | null;
  appliesTo: 'all' | 'specific';
  midServerIds: MidServerId[];
  active: boolean;
  allowTokenHandOut: boolean;
  connectViaMidServer: boolean;
  canary: boolean;
}

const labels = {
  name: texts.name,
  order: texts.order,
  profileId: texts.profile,
  appliesTo: texts.appliesTo,
  'appliesTo.midServerIds': texts.midServers,
  active: texts.active,
  allowTokenHandOut: texts.allowTokenHandOut,
  connectViaMidServer: texts.connectViaMidServer,
  canary: texts.canary,
};

/** The body that the values mean. */
export function credentialBody(values: CredentialValues) {
  const { name, active, profileId, allowTokenHandOut, connectViaMidServer, canary, midServerIds } = values;
  const order = Number(values.order);
  const appliesTo =
    values.appliesTo === 'all' ? { kind: 'all' as const } : { kind: 'specific' as const, midServerIds };
  return { name, active, profileId, appliesTo, order, allowTokenHandOut, connectViaMidServer, canary };
}

export function checkCredential(values: CredentialValues): Record<string, string> {
  return {
    ...(values.name.trim() === '' ? { name: 'must not be empty' } : {}),
    ...(values.order === '' || !Number.isInteger(Number(values.order))
      ? { order: 'must be a whole number' }
      : {}),
    ...(values.profileId === null ? { profileId: 'must be chosen' } : {}),
    ...(values.appliesTo === 'specific' && values.midServerIds.length === 0
      ? { 'appliesTo.midServerIds': 'choose at least one MID Server' }
      : {}),
  };
}

export function credentialValues(stored: Credential): CredentialValues {
  return {
    name: stored.name,
    order: stored.order,
    profileId: stored.profileId,
    appliesTo: stored.appliesTo.kind,
    midServerIds: stored.appliesTo.kind === 'specific' ? stored.appliesTo.midServerIds : [],
    active: stored.active,
    allowTokenHandOut: stored.allowTokenHandOut,
    connectViaMidServer: stored.connectViaMidServer,
    canary: stored.canary,
  };
}

/** The form of a new credential, or of a stored one. */
export function useCredentialForm(
  stored: Credential | undefined,
  profileId: OAuthEntityProfileId | null = null,
) {
  const client = useQueryClient();
  const values = useMemo(
    (): CredentialValues =>
      stored === undefined
        ? {
            name: '',
            order: CREDENTIAL_ORDER_DEFAULT,
            profileId,
            appliesTo: 'all',
            midServerIds: [],
            active: true,
            allowTokenHandOut: false,
            connectViaMidServer: false,
            canary: false,
          }
        : credentialValues(stored),
    [stored, profileId],
  );
  return useRecordForm({
    values,
    labels,
    recordHref: paths.credential,
    check: checkCredential,
    send: async (typed) => {
      const saved =
        stored === undefined
          ? await api.post(paths.credentials, { type: 'oauth2', ...credentialBody(typed) }, credential)
          : await api.patch(
              paths.credential(stored.id),
              {
                ...changedFields(credentialBody(credentialValues(stored)), credentialBody(typed)),
                version: stored.version,
              },
              credential,
            );
      client.setQueryData([paths.credentials, saved.id], saved);
      void client.invalidateQueries({ queryKey: [paths.credentials, 'list'] });
      void client.invalidateQueries({ queryKey: ['/audit-entries'] });
      return saved;
    },
  });
}
