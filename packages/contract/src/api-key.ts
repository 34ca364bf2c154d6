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
  expiresAt: dateTime.nullable().default(null),
});
export type ApiKeyCreate = z.infer<typeof apiKeyCreate>;

/** `key` is shown once and never again. */
export const apiKeyCreated = z.object({ apiKey, key: z.string() });
export type ApiKeyCreated = z.infer<typeof apiKeyCreated>;
