import { z } from 'zod';
import { dateTime } from './field.ts';
import { userId } from './id.ts';
import { role } from './role.ts';

export const user = z.object({
  id: userId,
  name: z.string(),
  email: z.string(),
  roles: z.array(role),
  active: z.boolean(),
  /** Whether signing in asks for a code as well. */
  twoFactor: z.boolean(),
  createdAt: dateTime,
  lastSignInAt: dateTime.nullable(),
});
export type User = z.infer<typeof user>;

/** POST /users/invitations: nobody's password is ever chosen by somebody else. */
export const invitationCreate = z.strictObject({
  email: z.email('must be an e-mail address').max(254),
  name: z.string().trim().min(1, 'must not be empty').max(120),
  roles: z.array(role).min(1, 'choose at least one role'),
});
export type InvitationCreate = z.infer<typeof invitationCreate>;

/** The link is shown once and works once. */
export const invitation = z.object({ url: z.string(), expiresAt: dateTime });
export type Invitation = z.infer<typeof invitation>;

/** PATCH /users/{id} */
export const userPatch = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  roles: z.array(role).min(1, 'choose at least one role').optional(),
  active: z.boolean().optional(),
});
export type UserPatch = z.infer<typeof userPatch>;
