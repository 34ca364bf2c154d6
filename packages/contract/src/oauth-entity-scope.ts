import { z } from 'zod';
import { name, recordFacts } from './field.ts';
import { applicationRegistryId, oauthEntityScopeId } from './id.ts';

/** `scope-token` of RFC 6749 §3.3. */
const scope = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(500)
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'must be one scope: no spaces, quotes or backslashes');

const fields = { name, applicationRegistryId, scope };

export const oauthEntityScope = z.object({
  id: oauthEntityScopeId,
  ...fields,
  applicationRegistryName: z.string(),
  ...recordFacts,
});
export type OAuthEntityScope = z.infer<typeof oauthEntityScope>;

/** POST /oauth-entity-scopes */
export const oauthEntityScopeCreate = z.strictObject(fields);
export type OAuthEntityScopeCreate = z.infer<typeof oauthEntityScopeCreate>;

/** POST /application-registries/{id}/scopes: makes those that are not there yet, such as what Discover has found. */
export const oauthEntityScopesEnsure = z.strictObject({ scopes: z.array(scope).min(1).max(200) });
export type OAuthEntityScopesEnsure = z.infer<typeof oauthEntityScopesEnsure>;

/** All of those, in their order; named after the scope where they were made. */
export const oauthEntityScopesEnsured = z.object({ created: z.int(), items: z.array(oauthEntityScope) });
export type OAuthEntityScopesEnsured = z.infer<typeof oauthEntityScopesEnsured>;

/** PATCH /oauth-entity-scopes/{id} */
export const oauthEntityScopePatch = z.strictObject({ name, scope }).partial();
