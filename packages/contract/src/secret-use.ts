import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';

/**
 * How a credential's secrets were put to use:
 * - `called`: a call to a tool carried them
 * - `handed_out`: the caller got the token itself
 * - `granted`: a MID Server got them, sealed
 * - `refreshed`, `consented`, `obtained` (by a grant that needs nobody), `revoked`: at the provider, with the client's
 *   secret; attempts that failed count too, where it had left
 * - `validated`: the client secret of an Application Registry was tried, which is then named as the credential
 */
export const secretUseKind = z.enum([
  'called',
  'handed_out',
  'granted',
  'refreshed',
  'consented',
  'obtained',
  'revoked',
  'validated',
]);
export type SecretUseKind = z.infer<typeof secretUseKind>;

/** GET /secrets-used: every credential, who used it, how, how often, between `from` and `to`. */
export const secretUse = z.object({
  credential: z.object({ id: z.string(), name: z.string() }),
  actor: actorRef,
  kind: secretUseKind,
  /** Through which calls went. */
  midServer: z.object({ id: z.string(), name: z.string() }).nullable(),
  count: z.int().min(1),
  firstAt: dateTime,
  lastAt: dateTime,
});
export type SecretUse = z.infer<typeof secretUse>;

export const secretsUsedQuery = z.strictObject({
  from: dateTime,
  to: dateTime,
  credentialId: z.string().max(100).optional(),
  actorId: z.string().max(100).optional(),
});
export type SecretsUsedQuery = z.infer<typeof secretsUsedQuery>;

/** One answer, no pages: a line for each credential, actor, kind and MID Server. `truncated` when there were more lines. */
export const secretsUsed = z.object({ items: z.array(secretUse), truncated: z.boolean() });
export type SecretsUsed = z.infer<typeof secretsUsed>;
