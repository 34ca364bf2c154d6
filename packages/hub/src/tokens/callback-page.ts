import { z } from 'zod';

/**
 * What the page after the callback says. Texts may hold **strong**, `code` and [links](/path); everything else in them
 * is shown as it is.
 */
export const callbackPage = z.object({
  kind: z.enum(['success', 'failure']),
  status: z.int(),
  title: z.string(),
  lead: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** What to do, in order. */
  steps: z.array(z.string()),
  unchanged: z.string().nullable(),
  /** The first is the primary one. */
  links: z.array(z.object({ label: z.string(), path: z.string() })),
  code: z.string().nullable(),
  requestId: z.string(),
});
export type CallbackPage = z.infer<typeof callbackPage>;
