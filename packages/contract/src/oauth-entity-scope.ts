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

/** PATCH /oauth-entity-scopes/{id} */
export const oauthEntityScopePatch = z.strictObject({ name, scope }).partial();
