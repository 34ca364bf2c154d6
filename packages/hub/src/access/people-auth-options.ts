import { randomUUID } from 'node:crypto';
import type { Secret } from '@lockkeeper/vault';
import type { BetterAuthOptions } from 'better-auth';
import type { FastifyBaseLogger } from 'fastify';
import type { Db } from '../db/database.ts';

const HOUR_SECONDS = 60 * 60;

/** Browsers keep a `__Host-` cookie only from https, or from loopback, without Domain and for the path `/`. */
export const sessionCookie = '__Host-lockkeeper';
/** Between the password and the code. */
export const secondFactorCookie = '__Host-lockkeeper-second-factor';
/** Only we write this header; what a client sends never gets here. */
export const addressHeader = 'x-lockkeeper-address';

export interface PeopleAuthOptions {
  db: Db;
  publicUrl: URL;
  /** Signs session cookies. */
  sessionSecret: Secret;
  logger: FastifyBaseLogger;
  newSessionId(): string;
  passwordHashing?: PasswordHashing | undefined;
}

/** better-auth's own scrypt if absent, which takes 0.2 s of a core on purpose. */
export interface PasswordHashing {
  hash(password: string): Promise<string>;
  verify(given: { hash: string; password: string }): Promise<boolean>;
}

export const twoFactorOptions = {
  issuer: 'Lockkeeper',
  twoFactorCookieMaxAge: 10 * 60,
  schema: {
    user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
    twoFactor: {
      modelName: 'user_two_factors',
      fields: {
        backupCodes: 'backup_codes',
        userId: 'user_id',
        failedVerificationCount: 'failed_verification_count',
        lockedUntil: 'locked_until',
      },
    },
  },
};

export function betterAuthOptions(options: PeopleAuthOptions) {
  const { db, publicUrl, sessionSecret, logger, newSessionId, passwordHashing } = options;
  return {
    appName: 'Lockkeeper',
    baseURL: publicUrl.origin,
    secret: sessionSecret.reveal(),
    database: { db, type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    // Its words for our log, without the values that it would print beside them.
    logger: {
      level: 'error',
      log: (level, message) => void logger.warn({ source: 'sign-in', level }, message),
    },
    // People are made by set-up links and invitations only.
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      maxPasswordLength: 128,
      ...(passwordHashing && { password: passwordHashing }),
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    session: {
      modelName: 'user_sessions',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      // Twelve hours without use; what is used moves its end on, at most once an hour.
      expiresIn: 12 * HOUR_SECONDS,
      updateAge: HOUR_SECONDS,
    },
    account: {
      modelName: 'user_accounts',
      fields: {
        userId: 'user_id',
        providerId: 'provider_id',
        accountId: 'account_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'user_verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    databaseHooks: {
      session: {
        create: {
          // Refused here and not before, so that a wrong password and an inactive person look the same.
          before: async ({ userId }) => {
            const user = await db
              .selectFrom('users')
              .select('active')
              .where('id', '=', userId)
              .executeTakeFirst();
            return user?.active === true;
          },
        },
      },
    },
    advanced: {
      database: { generateId: ({ model }) => (model === 'session' ? newSessionId() : randomUUID()) },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      // Our own name and attributes instead of its prefix.
      useSecureCookies: false,
      cookies: {
        session_token: {
          name: sessionCookie,
          attributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
        },
        two_factor: {
          name: secondFactorCookie,
          attributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
        },
      },
    },
  } satisfies BetterAuthOptions;
}
