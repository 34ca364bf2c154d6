import { z } from 'zod';
import { userId } from './id.ts';
import { role } from './role.ts';

const email = z.email('must be an e-mail address').max(254);
/** Length is what counts (NIST SP 800-63B §3.1.1.2); no composition rules. */
export const password = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(128, 'must have at most 128 characters');

/** POST /session */
export const signIn = z.strictObject({ email, password: z.string().min(1, 'must not be empty').max(128) });
export type SignIn = z.infer<typeof signIn>;

/** GET /session: who is signed in, and what the shell of the UI needs. 401 when nobody is. */
export const session = z.object({
  user: z.object({ id: userId, name: z.string(), email: z.string(), roles: z.array(role) }),
  instance: z.object({ name: z.string(), publicUrl: z.string(), version: z.string() }),
});
export type Session = z.infer<typeof session>;

/** GET /setup: whether the first administrator is still missing. */
export const setupState = z.object({ required: z.boolean() });

/** POST /setup: redeem a one-time link (first set-up, or an invitation) and sign in. */
export const setup = z.strictObject({
  token: z.string().min(1).max(200),
  name: z.string().trim().min(1, 'must not be empty').max(120),
  email,
  password,
});
export type Setup = z.infer<typeof setup>;
