import { z } from 'zod';
import { dateTime } from './field.ts';

/** Something that ends soon, which only a person can prevent. */
export const expiry = z.object({
  /** What ends. */
  kind: z.enum(['refresh_token', 'access_token', 'api_key', 'client_secret']),
  /** The record that a person has to open. */
  subject: z.object({
    type: z.enum(['credential', 'api_key', 'application_registry']),
    id: z.string(),
    name: z.string(),
  }),
  endsAt: dateTime,
  why: z.string(),
  /** What to do about it. */
  remedy: z.string(),
});
export type Expiry = z.infer<typeof expiry>;

/** GET /expiries: the soonest first, at most 1,000. */
export const expiries = z.object({ items: z.array(expiry) });
