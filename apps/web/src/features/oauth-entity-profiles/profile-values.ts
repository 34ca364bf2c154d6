import {
  type ApplicationRegistryId,
  type GrantType,
  JWT_BEARER,
  type OAuthEntityProfile,
  type OAuthEntityScopeId,
} from '@lockkeeper/contract';
import type { NamedValue } from '../../components/record-form/named-values-field.tsx';

export interface AssertionValues {
  issuer: string;
  subject: string;
  audience: string;
  lifetimeSeconds: number | string;
  claims: readonly NamedValue[];
}

/** What the form holds: texts where the API has null for "none". */
export interface ProfileValues {
  name: string;
  applicationRegistryId: ApplicationRegistryId | null;
  grantType: GrantType;
  isDefault: boolean;
  scopeIds: OAuthEntityScopeId[];
  assertion: AssertionValues;
  authorizationParameters: readonly NamedValue[];
  tokenParameters: readonly NamedValue[];
  /** One a line. */
  resources: string;
}

const usualAssertion: AssertionValues = {
  issuer: '',
  subject: '',
  audience: '',
  lifetimeSeconds: 300,
  claims: [],
};

export function emptyProfile(applicationRegistryId: ApplicationRegistryId | null): ProfileValues {
  return {
    name: '',
    applicationRegistryId,
    grantType: 'authorization_code',
    isDefault: false,
    scopeIds: [],
    assertion: usualAssertion,
    authorizationParameters: [],
    tokenParameters: [],
    resources: '',
  };
}

export function valuesOf(profile: OAuthEntityProfile): ProfileValues {
  const { assertion } = profile;
  return {
    name: profile.name,
    applicationRegistryId: profile.applicationRegistryId,
    grantType: profile.grantType,
    isDefault: profile.isDefault,
    scopeIds: profile.scopes.map(({ id }) => id),
    assertion:
      assertion === null
        ? usualAssertion
        : {
            ...assertion,
            issuer: assertion.issuer ?? '',
            subject: assertion.subject ?? '',
            audience: assertion.audience ?? '',
          },
    authorizationParameters: profile.authorizationParameters,
    tokenParameters: profile.tokenParameters,
    resources: profile.resources.join('\n'),
  };
}

/** What POST and PATCH have in common. */
export function requestBody(values: ProfileValues) {
  const { name, scopeIds, grantType, authorizationParameters, tokenParameters, resources, assertion } =
    values;
  return {
    name,
    scopeIds,
    authorizationParameters: [...authorizationParameters],
    tokenParameters: [...tokenParameters],
    resources: resources
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    ...(grantType === JWT_BEARER && {
      assertion: {
        issuer: orNull(assertion.issuer),
        subject: orNull(assertion.subject),
        audience: orNull(assertion.audience),
        lifetimeSeconds: Number(assertion.lifetimeSeconds),
        claims: [...assertion.claims],
      },
    }),
  };
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
