import { z } from 'zod';
import { name, recordFacts } from './field.ts';
import { grantType } from './grant-type.ts';
import { applicationRegistryId, oauthEntityProfileId, oauthEntityScopeId } from './id.ts';
import { assertionClaims, requestParameters, resources } from './request-parameter.ts';

/** How the assertion of the JWT bearer grant is filled (RFC 7523 §3). */
export const assertionSettings = z.strictObject({
  /** Null: the Client ID. */
  issuer: z.string().trim().min(1, 'must not be empty').max(1024).nullable().default(null),
  /** Whom the token is for. Null: the Client ID. */
  subject: z.string().trim().min(1, 'must not be empty').max(1024).nullable().default(null),
  /** Null: the registry's Issuer, or its Token URL where that is not known. */
  audience: z.string().trim().min(1, 'must not be empty').max(2048).nullable().default(null),
  lifetimeSeconds: z.int().min(10).max(3600).default(300),
  /** Further claims, as texts. */
  claims: assertionClaims.default([]),
});
export type AssertionSettings = z.infer<typeof assertionSettings>;

const fields = { name, applicationRegistryId, grantType, isDefault: z.boolean() };

/** What it adds to the requests that are made in its name. */
const requestFields = {
  /** Sent with the authorization request. No secrets: a browser shows them. */
  authorizationParameters: requestParameters,
  /** Sent with every token request, a refresh included. */
  tokenParameters: requestParameters,
  /** RFC 8707: sent as `resource` with every request. */
  resources,
  /** For the JWT bearer grant only. */
  assertion: assertionSettings.nullable(),
};

/** A named way to ask an authorization server for tokens. No scopes: the provider decides (Bitbucket: as ticked). */
export const oauthEntityProfile = z.object({
  id: oauthEntityProfileId,
  ...fields,
  ...requestFields,
  applicationRegistryName: z.string(),
  scopes: z.array(z.object({ id: oauthEntityScopeId, name: z.string(), scope: z.string() })),
  ...recordFacts,
});
export type OAuthEntityProfile = z.infer<typeof oauthEntityProfile>;

/** POST /oauth-entity-profiles */
export const oauthEntityProfileCreate = z.strictObject({
  ...fields,
  isDefault: fields.isDefault.default(false),
  scopeIds: z.array(oauthEntityScopeId).max(100).default([]),
  authorizationParameters: requestFields.authorizationParameters.default([]),
  tokenParameters: requestFields.tokenParameters.default([]),
  resources: requestFields.resources.default([]),
  assertion: requestFields.assertion.default(null),
});
export type OAuthEntityProfileCreate = z.infer<typeof oauthEntityProfileCreate>;
export type OAuthEntityProfileCreateInput = z.input<typeof oauthEntityProfileCreate>;

/** PATCH /oauth-entity-profiles/{id}. Exactly one profile of a registry is the default: set another one to move it. */
export const oauthEntityProfilePatch = z
  .strictObject({
    name,
    isDefault: z.literal(true),
    scopeIds: z.array(oauthEntityScopeId).max(100),
    ...requestFields,
  })
  .partial();
export type OAuthEntityProfilePatch = z.infer<typeof oauthEntityProfilePatch>;
