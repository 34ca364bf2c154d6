import { z } from 'zod';
import { dateTime } from './field.ts';
import { applicationRegistryId, credentialId, oauthEntityProfileId, tokenId, toolId } from './id.ts';
import { providerRevocationState, tokenState, tokenView } from './token.ts';

/** After so many days without use a token is listed as unused. */
export const UNUSED_DAYS_DEFAULT = 90;

/** A row of **Manage Tokens**: a token with the records around it. The token itself is not part of it. */
export const managedToken = z.object({
  id: tokenId,
  credential: z.object({ id: credentialId, name: z.string(), active: z.boolean(), canary: z.boolean() }),
  applicationRegistry: z.object({ id: applicationRegistryId, name: z.string() }),
  profile: z.object({ id: oauthEntityProfileId, name: z.string() }),
  template: z.string(),
  tools: z.array(z.object({ id: toolId, name: z.string() })),
  /** When it was last obtained anew: by a consent, not by a refresh. */
  grantedAt: dateTime,
  /** The last use or, without any since, the grant. */
  unusedSince: dateTime,
  /** When it ends unless somebody acts or it is used: its refresh token or, without one, its access token. */
  endsAt: dateTime.nullable(),
  token: tokenView,
  /** What became of its last revocation at the provider; null when it never was revoked. */
  providerRevocation: providerRevocationState.nullable(),
});
export type ManagedToken = z.infer<typeof managedToken>;

const days = z.coerce.number().int().min(0).max(3650);

/** Which tokens are meant: in the list, and where many are revoked. */
export const managedTokenFilter = z.strictObject({
  /** In the name of the credential. */
  q: z.string().trim().max(200).optional(),
  state: tokenState.exclude(['none']).optional(),
  applicationRegistryId: applicationRegistryId.optional(),
  credentialId: credentialId.optional(),
  /** Neither used nor granted for more than so many days; not for revoked ones. */
  unusedForDays: days.optional(),
  /** Ends within so many days, see `endsAt`; not for revoked ones. */
  expiresWithinDays: days.optional(),
});
export type ManagedTokenFilter = z.infer<typeof managedTokenFilter>;
