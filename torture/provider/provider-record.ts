import { z } from 'zod';

const common = { atMs: z.number() };
const request = z.string();

/**
 * What happened at the provider, a line each, written before it takes effect for anybody else. The lines are the truth:
 * the provider itself is rebuilt from them after every kill.
 */
export const providerRecord = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('consented'),
    grant: z.string(),
    client: z.string(),
    code: z.string(),
  }),
  /** A refresh token came. `pid`: of the process that sent it; 0 when that had ended already, null if unknown. */
  z.object({
    ...common,
    type: z.literal('received'),
    request,
    refreshToken: z.string(),
    pid: z.number().nullable(),
  }),
  z.object({
    ...common,
    type: z.literal('issued'),
    request,
    grant: z.string(),
    /** The refresh token it came from; null: a code. */
    from: z.string().nullable(),
    accessToken: z.string(),
    refreshToken: z.string(),
    expiresAtMs: z.number(),
  }),
  z.object({ ...common, type: z.literal('refused'), request, error: z.string() }),
  z.object({ ...common, type: z.literal('revoked'), grant: z.string(), why: z.enum(['reuse', 'asked']) }),
  /** The last byte of the answer was given to the system. */
  z.object({ ...common, type: z.literal('answered'), request }),
  /** The connection ended before that. */
  z.object({ ...common, type: z.literal('hung_up'), request }),
]);
export type ProviderRecord = z.infer<typeof providerRecord>;
