import { z } from 'zod';
import { name, recordFacts } from './field.ts';
import { grantType } from './grant-type.ts';
import { applicationRegistryId, credentialId, midServerId, oauthEntityProfileId, toolId } from './id.ts';
import { tokenView } from './token.ts';

/** Which MID Servers may use the credential. Enforced on the instance. */
export const appliesTo = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({
    kind: z.literal('specific'),
    midServerIds: z.array(midServerId).min(1, 'choose at least one MID Server').max(1000),
  }),
]);
export type AppliesTo = z.infer<typeof appliesTo>;

export const CREDENTIAL_ORDER_DEFAULT = 100;

const fields = {
  name,
  active: z.boolean(),
  profileId: oauthEntityProfileId,
  appliesTo,
  /** Where several active credentials fit, the lowest wins, ties by age. */
  order: z.int().min(0).max(1_000_000),
  /** Whether POST …/access-token may hand the token itself out. */
  allowTokenHandOut: z.boolean(),
  /** Never meant to be used: any use raises an alarm. */
  canary: z.boolean(),
  /** Token requests go through a MID Server to which the credential applies; TLS ends on the instance all the same. */
  connectViaMidServer: z.boolean(),
};

export const credential = z.object({
  id: credentialId,
  type: z.literal('oauth2'),
  ...fields,
  profile: z.object({
    id: oauthEntityProfileId,
    name: z.string(),
    applicationRegistryId,
    applicationRegistryName: z.string(),
    template: z.string(),
    grantType,
  }),
  tools: z.array(z.object({ id: toolId, name: z.string() })),
  token: tokenView,
  /** The key-encryption key its token is sealed with; null without a token. */
  sealedWith: z.string().nullable(),
  ...recordFacts,
});
export type Credential = z.infer<typeof credential>;

/** POST /credentials */
export const credentialCreate = z.strictObject({
  type: z.literal('oauth2').default('oauth2'),
  ...fields,
  active: fields.active.default(true),
  appliesTo: fields.appliesTo.default({ kind: 'all' }),
  order: fields.order.default(CREDENTIAL_ORDER_DEFAULT),
  allowTokenHandOut: fields.allowTokenHandOut.default(false),
  canary: fields.canary.default(false),
  connectViaMidServer: fields.connectViaMidServer.default(false),
});
export type CredentialCreate = z.infer<typeof credentialCreate>;
export type CredentialCreateInput = z.input<typeof credentialCreate>;

/** PATCH /credentials/{id}. A changed profile discards the token: it belongs to the old one. */
export const credentialPatch = z
  .strictObject(fields)
  .partial()
  .extend({ version: z.int().min(1).optional() });
export type CredentialPatch = z.infer<typeof credentialPatch>;
