import { z } from 'zod';
import { dateTime } from './field.ts';
import { sessionId, userId } from './id.ts';
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
  /** How this person proves again who they are, when something dangerous asks for it. */
  confirmation: z.enum(['password', 'code', 'single_sign_on']),
  instance: z.object({
    name: z.string(),
    publicUrl: z.string(),
    version: z.string(),
    /** Its machine's clock minus the database's, which is the one that counts. */
    clockSkewSeconds: z.number(),
  }),
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

/** POST /session with a right password, when the person has a second factor: POST /session/second-factor is next. */
export const secondFactorNeeded = z.object({ secondFactorNeeded: z.literal(true) });

/** Six digits from the authenticator app, or a recovery code. */
const code = z
  .string()
  .trim()
  .min(6, 'must be six digits, or a recovery code')
  .max(20, 'must be six digits, or a recovery code');

/** POST /session/second-factor, and to prove that an authenticator app is set up. */
export const secondFactor = z.strictObject({ code });
export type SecondFactor = z.infer<typeof secondFactor>;

/** POST /session/confirmation: that it is still you; good for ten minutes. With a second factor, a code is asked for. */
export const confirmation = z.union([z.strictObject({ password: z.string().min(1).max(128) }), secondFactor]);
export type Confirmation = z.infer<typeof confirmation>;

/** PUT /session/password: ends the person's other sessions. */
export const passwordChange = z.strictObject({
  currentPassword: z.string().min(1, 'must not be empty').max(128),
  newPassword: password,
});
export type PasswordChange = z.infer<typeof passwordChange>;

/** GET /session/two-factor */
export const twoFactorState = z.object({
  enabled: z.boolean(),
  /** Nobody whose password is elsewhere needs a second factor here. */
  available: z.boolean(),
});
export type TwoFactorState = z.infer<typeof twoFactorState>;

/** POST /session/two-factor: not in force before a code was verified. Shown once. */
export const twoFactorEnrolment = z.object({
  /** `otpauth://…`, to be shown as a QR code. */
  uri: z.string(),
  /** The same for typing, in base 32. */
  secret: z.string(),
  recoveryCodes: z.array(z.string()),
});
export type TwoFactorEnrolment = z.infer<typeof twoFactorEnrolment>;

/** The person's own password, again. */
export const ownPassword = z.strictObject({ password: z.string().min(1, 'must not be empty').max(128) });

/** Each works once, instead of a code. Shown once. */
export const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

/** GET /sessions: where the person is signed in. */
export const ownSession = z.object({
  id: sessionId,
  current: z.boolean(),
  /** As the browser calls itself. */
  userAgent: z.string(),
  address: z.string(),
  createdAt: dateTime,
  /** To the hour. */
  lastSeenAt: dateTime,
  expiresAt: dateTime,
});
export type OwnSession = z.infer<typeof ownSession>;

/** GET /session/options: the ways to sign in, for the page before. */
export const signInOptions = z.object({
  password: z.boolean(),
  /** What to call the organisation's own sign-in; null without one. */
  singleSignOn: z.object({ label: z.string() }).nullable(),
});
export type SignInOptions = z.infer<typeof signInOptions>;

/** POST /session/single-sign-on: then go to `authorizationUrl`; the way back ends at `/`, `/confirmed` or `/sign-in?refused=…`. */
export const ssoBegin = z.strictObject({ purpose: z.enum(['sign_in', 'confirm']).default('sign_in') });
export const ssoBegun = z.object({ authorizationUrl: z.string() });

/** Why single sign-on led nowhere. */
export const ssoRefusal = z.enum([
  'expired',
  'provider',
  'email_domain',
  'email_unverified',
  'no_role',
  'inactive',
  'not_confirmed',
]);
export type SsoRefusal = z.infer<typeof ssoRefusal>;
