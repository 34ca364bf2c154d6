import { z } from 'zod';
import { grantType } from './application-registry.ts';
import { name, recordFacts } from './field.ts';
import { applicationRegistryId, oauthEntityProfileId, oauthEntityScopeId } from './id.ts';

const fields = { name, applicationRegistryId, grantType, isDefault: z.boolean() };

/** A named way to ask an authorization server for tokens. No scopes: the provider decides (Bitbucket: as ticked). */
export const oauthEntityProfile = z.object({
  id: oauthEntityProfileId,
  ...fields,
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
});
export type OAuthEntityProfileCreate = z.infer<typeof oauthEntityProfileCreate>;

/** PATCH /oauth-entity-profiles/{id}. Exactly one profile of a registry is the default: set another one to move it. */
export const oauthEntityProfilePatch = z
  .strictObject({ name, isDefault: z.literal(true), scopeIds: z.array(oauthEntityScopeId).max(100) })
  .partial();
