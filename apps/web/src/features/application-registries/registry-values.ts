import {
  type ApplicationRegistry,
  type ApplicationRegistryCreateInput,
  type ApplicationRegistryPatch,
  type IssuerMetadata,
  type ProviderTemplate,
  REFRESH_TOKEN_LIFESPAN_SECONDS_DEFAULT,
} from '@lockkeeper/contract';
import { changedFields } from '../../components/record-form/changed-fields.ts';

/** What the form holds: texts where the API has null for "none". */
export interface RegistryValues {
  template: string;
  name: string;
  application: string;
  clientId: string;
  /** Empty leaves the stored one. */
  clientSecret: string;
  /** A day, such as `2026-11-25`; empty where it does not end, or nobody knows. */
  clientSecretExpiresAt: string;
  publicClient: boolean;
  defaultGrantType: ApplicationRegistry['defaultGrantType'];
  sendCredentials: ApplicationRegistry['sendCredentials'];
  refreshTokenLifespanSeconds: number | string;
  extendRefreshTokenExpiry: boolean;
  codeChallengeMethod: ApplicationRegistry['codeChallengeMethod'];
  authorizationUrl: string;
  tokenUrl: string;
  tokenRevocationUrl: string;
  issuer: string;
  authorizationResponseIssParameterSupported: boolean;
  /** `auto` leaves the choice to the instance. */
  redirectUrlMode: ApplicationRegistry['redirectUrlMode'] | 'auto';
  accessibleFrom: ApplicationRegistry['accessibleFrom'];
  logoUrl: string;
  comments: string;
  active: boolean;
}

/** An empty form, with the defaults of the reference. */
export const emptyRegistry: RegistryValues = {
  template: 'generic',
  name: '',
  application: 'Global',
  clientId: '',
  clientSecret: '',
  clientSecretExpiresAt: '',
  publicClient: false,
  defaultGrantType: 'authorization_code',
  sendCredentials: 'client_secret_basic',
  refreshTokenLifespanSeconds: REFRESH_TOKEN_LIFESPAN_SECONDS_DEFAULT,
  extendRefreshTokenExpiry: false,
  codeChallengeMethod: 'S256',
  authorizationUrl: '',
  tokenUrl: '',
  tokenRevocationUrl: '',
  issuer: '',
  authorizationResponseIssParameterSupported: true,
  redirectUrlMode: 'auto',
  accessibleFrom: 'all_application_scopes',
  logoUrl: '',
  comments: '',
  active: true,
};

export function valuesOf(registry: ApplicationRegistry): RegistryValues {
  return {
    template: registry.template,
    name: registry.name,
    application: registry.application,
    clientId: registry.clientId,
    clientSecret: '',
    clientSecretExpiresAt: registry.clientSecretExpiresAt?.slice(0, 10) ?? '',
    publicClient: registry.publicClient,
    defaultGrantType: registry.defaultGrantType,
    sendCredentials: registry.sendCredentials,
    refreshTokenLifespanSeconds: registry.refreshTokenLifespanSeconds,
    extendRefreshTokenExpiry: registry.extendRefreshTokenExpiry,
    codeChallengeMethod: registry.codeChallengeMethod,
    authorizationUrl: registry.authorizationUrl ?? '',
    tokenUrl: registry.tokenUrl,
    tokenRevocationUrl: registry.tokenRevocationUrl ?? '',
    issuer: registry.issuer ?? '',
    authorizationResponseIssParameterSupported: registry.authorizationResponseIssParameterSupported,
    redirectUrlMode: registry.redirectUrlMode,
    accessibleFrom: registry.accessibleFrom,
    logoUrl: registry.logoUrl ?? '',
    comments: registry.comments,
    active: registry.active,
  };
}

/** Whether a person sends the provider's answer back through a browser. */
export function needsConsent({ defaultGrantType }: Pick<RegistryValues, 'defaultGrantType'>): boolean {
  return defaultGrantType === 'authorization_code';
}

/** Whether the client proves itself with a secret; otherwise it signs. */
export function sendsSecret({ sendCredentials }: Pick<RegistryValues, 'sendCredentials'>): boolean {
  return sendCredentials !== 'private_key_jwt';
}

/** What choosing a grant brings along: a client that asks in its own name cannot be a public one. */
export function withGrant(defaultGrantType: RegistryValues['defaultGrantType']): Partial<RegistryValues> {
  return defaultGrantType === 'client_credentials'
    ? { defaultGrantType, publicClient: false }
    : { defaultGrantType };
}

const orNull = (text: string) => (text.trim() === '' ? null : text.trim());

/** The body of POST /application-registries. */
export function createBody(values: RegistryValues): ApplicationRegistryCreateInput {
  const { clientSecret, redirectUrlMode, ...rest } = values;
  return {
    ...rest,
    clientSecretExpiresAt:
      values.clientSecretExpiresAt === '' ? null : `${values.clientSecretExpiresAt}T00:00:00.000Z`,
    refreshTokenLifespanSeconds: Number(values.refreshTokenLifespanSeconds),
    authorizationUrl: orNull(values.authorizationUrl),
    tokenRevocationUrl: orNull(values.tokenRevocationUrl),
    issuer: orNull(values.issuer),
    logoUrl: orNull(values.logoUrl),
    ...(clientSecret === '' ? {} : { clientSecret }),
    ...(redirectUrlMode === 'auto' ? {} : { redirectUrlMode }),
  };
}

/** The body of PATCH: what was changed, and the version it was changed from. */
export function patchBody(registry: ApplicationRegistry, values: RegistryValues): ApplicationRegistryPatch {
  const typed = createBody(values);
  const { template: _fixed, ...changed } = changedFields(createBody(valuesOf(registry)), typed);
  // The day is the new secret's, also where it is the same as before.
  const { clientSecretExpiresAt = null } = typed;
  return {
    ...changed,
    ...(changed.clientSecret === undefined ? {} : { clientSecretExpiresAt }),
    version: registry.version,
  };
}

/** What typing a secret brings along: the day on which the stored one ends says nothing about a new one. */
export function withSecret(
  clientSecret: string,
  values: RegistryValues,
  storedDay: string,
): Partial<RegistryValues> {
  if (clientSecret === '') return { clientSecret, clientSecretExpiresAt: storedDay };
  const isFirst = values.clientSecret === '' && values.clientSecretExpiresAt === storedDay;
  return isFirst ? { clientSecret, clientSecretExpiresAt: '' } : { clientSecret };
}

/** What choosing a provider fills in. A URL that somebody typed stays when the provider has none of its own. */
export function fillFrom(template: ProviderTemplate, values: RegistryValues): Partial<RegistryValues> {
  return {
    template: template.key,
    authorizationUrl: template.authorizationUrl || values.authorizationUrl,
    tokenUrl: template.tokenUrl || values.tokenUrl,
    tokenRevocationUrl: template.tokenRevocationUrl ?? values.tokenRevocationUrl,
    sendCredentials: template.sendCredentials,
  };
}

/** What **Discover** fills in. A grant that needs no browser takes no address for one. */
export function fillFromMetadata(metadata: IssuerMetadata, values: RegistryValues): Partial<RegistryValues> {
  const { authorizationUrl, tokenUrl, tokenRevocationUrl, sendCredentialsSupported } = metadata;
  const [best = values.sendCredentials] = sendCredentialsSupported;
  const isSupported = sendCredentialsSupported.includes(values.sendCredentials);
  return {
    issuer: metadata.issuer,
    tokenUrl,
    authorizationUrl: needsConsent(values) ? (authorizationUrl ?? '') : values.authorizationUrl,
    tokenRevocationUrl: tokenRevocationUrl ?? '',
    authorizationResponseIssParameterSupported: metadata.authorizationResponseIssParameterSupported,
    // What was chosen stays where the provider takes it.
    ...(isSupported || values.publicClient ? {} : { sendCredentials: best }),
  };
}

/** Checks that need no instance: what is missing. The instance judges the rest. */
export function checkRegistry(values: RegistryValues, secretStored: boolean): Record<string, string> {
  const empty = 'must not be empty';
  const wrong: Record<string, string> = {};
  for (const field of ['name', 'clientId', 'authorizationUrl', 'tokenUrl'] as const) {
    if (field === 'authorizationUrl' && !needsConsent(values)) continue;
    if (values[field].trim() === '') wrong[field] = empty;
  }
  if (sendsSecret(values) && !values.publicClient && !secretStored && values.clientSecret === '') {
    wrong.clientSecret = empty;
  }
  if (
    !Number.isInteger(Number(values.refreshTokenLifespanSeconds)) ||
    values.refreshTokenLifespanSeconds === ''
  ) {
    wrong.refreshTokenLifespanSeconds = 'must be a whole number of seconds';
  }
  return wrong;
}
