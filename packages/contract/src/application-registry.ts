import { z } from 'zod';
import { dateTime, name, recordFacts, url } from './field.ts';
import { grantType } from './grant-type.ts';
import { applicationRegistryId } from './id.ts';
import { providerAnswer } from './provider-answer.ts';

/** Spelled as in RFC 7591 §2 `token_endpoint_auth_method`. */
export const sendCredentials = z.enum([
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
]);
export type SendCredentials = z.infer<typeof sendCredentials>;

/** RFC 7636 §4.3; `plain` is deliberately absent (RFC 9700 §2.1.1), `none` is per registry and audited. */
export const codeChallengeMethod = z.enum(['S256', 'none']);
export type CodeChallengeMethod = z.infer<typeof codeChallengeMethod>;

/** `plain` answers on /oauth_redirect.do, `distinct` on /oauth_redirect.do/{registryId}. */
export const redirectUrlMode = z.enum(['plain', 'distinct']);
export type RedirectUrlMode = z.infer<typeof redirectUrlMode>;

export const accessibleFrom = z.enum(['all_application_scopes', 'this_application_scope']);

export const REFRESH_TOKEN_LIFESPAN_SECONDS_DEFAULT = 8_640_000;

const fields = {
  name,
  /** The provider template the record was made from: `bitbucket-cloud` or `generic`. */
  template: z.string().max(60),
  application: z.string().trim().min(1).max(120),
  accessibleFrom,
  clientId: z.string().trim().min(1, 'must not be empty').max(1024),
  /** As the provider told when it made the secret; null where it does not end, or nobody knows. */
  clientSecretExpiresAt: dateTime.nullable(),
  publicClient: z.boolean(),
  defaultGrantType: grantType,
  sendCredentials,
  codeChallengeMethod,
  refreshTokenLifespanSeconds: z.int().min(60).max(315_360_000),
  extendRefreshTokenExpiry: z.boolean(),
  /** Null where no profile needs a person's consent. */
  authorizationUrl: url.nullable(),
  tokenUrl: url,
  tokenRevocationUrl: url.nullable(),
  /** The audience of assertions; an answer that names another one is refused (RFC 9207). */
  issuer: url.nullable(),
  /** Spelled as in RFC 9207 §3: with it, and with an issuer, an answer that names none is refused too. */
  authorizationResponseIssParameterSupported: z.boolean(),
  redirectUrlMode,
  logoUrl: url.nullable(),
  comments: z.string().max(4000),
  active: z.boolean(),
};

/** Write-only: the answer tells only that and when it was stored. Up to 4,096 characters. */
const clientSecret = z.string().min(1, 'must not be empty').max(4096);

/**
 * POST /application-registries/{id}/validate: what a token request told, one with a dummy code where a person has to
 * consent, one that was meant where nobody has to. Only ever a warning.
 */
export const registryValidation = z.object({
  outcome: z.enum(['client_accepted', 'client_refused', 'grant_refused', 'inconclusive', 'unreachable']),
  message: z.string(),
  /** What to change, step by step; empty when nothing. */
  remedy: z.array(z.string()),
  providerError: z.string().nullable(),
  /** To the letter; null where none came. */
  answer: providerAnswer.nullable().default(null),
  checkedAt: dateTime,
});
export type RegistryValidation = z.infer<typeof registryValidation>;

export const applicationRegistry = z.object({
  id: applicationRegistryId,
  ...fields,
  clientSecretStoredAt: dateTime.nullable(),
  redirectUrl: z.string(),
  /** Where the public keys are published that its assertions are signed with (RFC 7517 §5). */
  jwksUrl: z.string(),
  /** The last check of Client ID and Client Secret; null when there was none since they changed. */
  validation: registryValidation.nullable(),
  ...recordFacts,
});
export type ApplicationRegistry = z.infer<typeof applicationRegistry>;

/** POST /application-registries. What is left out gets the template's or the reference default. */
export const applicationRegistryCreate = z.strictObject({
  ...fields,
  template: fields.template.default('generic'),
  application: fields.application.default('Global'),
  accessibleFrom: fields.accessibleFrom.default('all_application_scopes'),
  clientSecret: clientSecret.optional(),
  clientSecretExpiresAt: fields.clientSecretExpiresAt.default(null),
  publicClient: fields.publicClient.default(false),
  defaultGrantType: fields.defaultGrantType.default('authorization_code'),
  sendCredentials: fields.sendCredentials.default('client_secret_basic'),
  codeChallengeMethod: fields.codeChallengeMethod.default('S256'),
  refreshTokenLifespanSeconds: fields.refreshTokenLifespanSeconds.default(
    REFRESH_TOKEN_LIFESPAN_SECONDS_DEFAULT,
  ),
  extendRefreshTokenExpiry: fields.extendRefreshTokenExpiry.default(false),
  authorizationUrl: fields.authorizationUrl.default(null),
  tokenRevocationUrl: fields.tokenRevocationUrl.default(null),
  authorizationResponseIssParameterSupported: fields.authorizationResponseIssParameterSupported.default(true),
  issuer: fields.issuer.default(null),
  /** Chosen by the server when absent: plain while all active plain registries share one authorization origin. */
  redirectUrlMode: redirectUrlMode.optional(),
  logoUrl: fields.logoUrl.default(null),
  comments: fields.comments.default(''),
  active: fields.active.default(true),
});
export type ApplicationRegistryCreate = z.infer<typeof applicationRegistryCreate>;
export type ApplicationRegistryCreateInput = z.input<typeof applicationRegistryCreate>;

/**
 * PATCH /application-registries/{id}. A changed endpoint URL demands `clientSecret` again. With a new `clientSecret`,
 * `clientSecretExpiresAt` is null unless it is given too.
 */
export const applicationRegistryPatch = z
  .strictObject(fields)
  .omit({ template: true })
  .extend({ clientSecret })
  .partial()
  .extend({ version: z.int().min(1).optional() });
export type ApplicationRegistryPatch = z.infer<typeof applicationRegistryPatch>;

/** GET /application-registries/templates: known providers, as data. */
export const providerTemplate = z.object({
  key: z.string(),
  label: z.string(),
  authorizationUrl: z.string(),
  tokenUrl: z.string(),
  tokenRevocationUrl: z.string().nullable(),
  sendCredentials,
  /** Words the provider uses for Client ID and Client Secret. */
  clientIdLabel: z.string(),
  clientSecretLabel: z.string(),
  /** Where to find them, with a link where there is one. */
  help: z.string(),
  helpUrl: z.string().nullable(),
  /** Hint below Redirect URL. */
  redirectUrlHint: z.string(),
});
export type ProviderTemplate = z.infer<typeof providerTemplate>;
