import { z } from 'zod';
import { actorRef, dateTime, name } from './field.ts';
import { apiKeyId, toolId } from './id.ts';
import { role } from './role.ts';

export const apiKey = z.object({
  id: apiKeyId,
  name: z.string(),
  roles: z.array(role),
  /** The tools whose API may be called with this key; none by default. */
  toolIds: z.array(toolId),
  /** Whether it may change things at those tools; reading calls only otherwise. */
  mayWrite: z.boolean(),
  /** Addresses and blocks (`10.0.0.0/8`) that it may be used from; empty is anywhere. */
  addressRanges: z.array(z.string()),
  /** The first characters, to tell keys apart. */
  hint: z.string(),
  createdAt: dateTime,
  createdBy: actorRef,
  expiresAt: dateTime.nullable(),
  lastUsedAt: dateTime.nullable(),
  revokedAt: dateTime.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

/** POST /api-keys */
export const apiKeyCreate = z.strictObject({
  name,
  roles: z.array(role).min(1, 'choose at least one role'),
  toolIds: z.array(toolId).default([]),
  mayWrite: z.boolean().default(false),
  addressRanges: z.array(z.string().trim().min(1).max(50)).max(50).default([]),
  expiresAt: dateTime.nullable().default(null),
});
export type ApiKeyCreate = z.infer<typeof apiKeyCreate>;
/** As it may be sent: what has a default may be left out. */
export type ApiKeyCreateInput = z.input<typeof apiKeyCreate>;

/** `key` is shown once and never again. */
export const apiKeyCreated = z.object({ apiKey, key: z.string() });
export type ApiKeyCreated = z.infer<typeof apiKeyCreated>;
