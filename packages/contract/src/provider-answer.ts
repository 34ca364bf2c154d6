import { z } from 'zod';

/** What a provider answered, to the letter: made harmless for one line, cut, without any secret. */
export const providerAnswer = z.object({
  /** The HTTP status; null where no answer came. */
  status: z.int().nullable(),
  /** `error` of RFC 6749 §5.2. */
  error: z.string().nullable(),
  errorDescription: z.string().nullable(),
  /** By which the provider finds the request in its own log. */
  requestId: z.string().nullable(),
});
export type ProviderAnswer = z.infer<typeof providerAnswer>;
