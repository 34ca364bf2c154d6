import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';
import { applicationRegistryId, credentialId, revokedTokenId, tokenId, tokenRevocationId } from './id.ts';
import { managedTokenFilter } from './managed-token.ts';
import { providerAnswer } from './provider-answer.ts';
import { providerRevocationState } from './token.ts';

export const REVOKE_AT_ONCE_MAX = 1000;

/**
 * POST /tokens/revoke. All of them end here at once, in one step; the providers are told afterwards, until each has
 * answered. Ones that are revoked already are left alone.
 */
export const tokensToRevoke = z.discriminatedUnion('which', [
  z.strictObject({
    which: z.literal('chosen'),
    tokenIds: z.array(tokenId).min(1, 'choose at least one token').max(REVOKE_AT_ONCE_MAX),
  }),
  z.strictObject({
    which: z.literal('matching'),
    filter: managedTokenFilter.refine(
      (filter) => Object.values(filter).some((value) => value !== undefined && value !== ''),
      'must limit something; for every token use {"which": "all"}',
    ),
  }),
  z.strictObject({ which: z.literal('all') }),
]);
export type TokensToRevoke = z.infer<typeof tokensToRevoke>;

/** One decision to revoke, and how far the providers are. */
export const tokenRevocation = z.object({
  id: tokenRevocationId,
  reason: z.enum([
    'chosen',
    'matching',
    'all',
    'one',
    'credential_deleted',
    'profile_changed',
    'refreshed_too_late',
  ]),
  createdAt: dateTime,
  createdBy: actorRef,
  counts: z.object({
    total: z.int(),
    pending: z.int(),
    revoked: z.int(),
    localOnly: z.int(),
    failed: z.int(),
  }),
});
export type TokenRevocation = z.infer<typeof tokenRevocation>;

/** One token of a revocation: what its provider did. */
export const revokedToken = z.object({
  id: revokedTokenId,
  revocationId: tokenRevocationId,
  tokenId,
  credential: z.object({ id: credentialId, name: z.string() }),
  /** The id is null when the registry was deleted since. */
  applicationRegistry: z.object({ id: applicationRegistryId.nullable(), name: z.string() }),
  provider: providerRevocationState,
  /** Requests sent so far. */
  attempts: z.int(),
  /** When it is tried again by itself; null when it is not. */
  retryAt: dateTime.nullable(),
  /** Until when **Try again** has something to send; null when there is nothing left. */
  repeatableUntil: dateTime.nullable(),
  explanation: z.string(),
  remedy: z.array(z.string()),
  answer: providerAnswer.nullable(),
  createdAt: dateTime,
  finishedAt: dateTime.nullable(),
});
export type RevokedToken = z.infer<typeof revokedToken>;

/** GET /token-revocations/{id}/tokens */
export const revokedTokenFilter = z.strictObject({ provider: providerRevocationState.optional() });
