import type { Secret } from '@lockkeeper/vault';
import type { BetterAuthOptions } from 'better-auth';
import type { FastifyBaseLogger } from 'fastify';
import type { Db } from '../db/database.ts';

const HOUR_SECONDS = 60 * 60;

/** Browsers keep a `__Host-` cookie only from https, or from loopback, without Domain and for the path `/`. */
export const sessionCookie = '__Host-lockkeeper';

export interface SignedIn {
  userId: string;
  sessionId: string;
  /** For the answer, as they are. */
  setCookie: string[];
}

/** People's passwords and sessions. The only place that knows better-auth. */
export interface PeopleAuth {
  hashPassword(password: Secret): Promise<string>;
  /** Undefined when e-mail or password is wrong, or the person is not active. Takes the same time either way. */
  signIn(
    email: string,
    password: Secret,
    from: { address: string; userAgent: string },
  ): Promise<SignedIn | undefined>;
  /** @param cookies the Cookie header */
  findSession(cookies: string): Promise<SignedIn | undefined>;
  /** @returns cookies that expire the old ones */
  signOut(cookies: string): Promise<string[]>;
}

export interface PeopleAuthOptions {
  db: Db;
  publicUrl: URL;
  /** Signs session cookies. */
  sessionSecret: Secret;
  logger: FastifyBaseLogger;
  newSessionId(): string;
}

const addressHeader = 'x-lockkeeper-address';

export function createPeopleAuth(options: PeopleAuthOptions): PeopleAuth {
  // Loaded with the first person: it is a sixth of the start-up time and 50 MB, which API keys alone never need.
  let loading: ReturnType<typeof loadBetterAuth> | undefined;
  const load = () => {
    loading ??= loadBetterAuth(options);
    return loading;
  };

  return {
    async hashPassword(password) {
      const { auth } = await load();
      const context = await auth.$context;
      return context.password.hash(password.reveal());
    },

    async signIn(email, password, { address, userAgent }) {
      const { auth, isAPIError } = await load();
      const headers = new Headers({ [addressHeader]: address, 'user-agent': userAgent });
      try {
        const { headers: answered } = await auth.api.signInEmail({
          body: { email, password: password.reveal() },
          headers,
          returnHeaders: true,
        });
        const setCookie = answered.getSetCookie();
        const found = await sessionOf(setCookie.map((cookie) => cookie.split(';', 1)[0]).join('; '));
        return found === undefined ? undefined : { ...found, setCookie };
      } catch (error) {
        if (isAPIError(error) && error.statusCode === 401) return undefined;
        throw error;
      }
    },

    findSession: sessionOf,

    async signOut(cookies) {
      const { auth } = await load();
      const { headers } = await auth.api.signOut({
        headers: new Headers({ cookie: cookies }),
        returnHeaders: true,
      });
      return headers.getSetCookie();
    },
  };

  async function sessionOf(cookies: string): Promise<SignedIn | undefined> {
    const { auth } = await load();
    const { headers, response } = await auth.api.getSession({
      headers: new Headers({ cookie: cookies }),
      returnHeaders: true,
    });
    if (response === null) return undefined;
    return { userId: response.user.id, sessionId: response.session.id, setCookie: headers.getSetCookie() };
  }
}

async function loadBetterAuth(options: PeopleAuthOptions) {
  const [{ betterAuth }, { isAPIError }] = await Promise.all([
    import('better-auth'),
    import('better-auth/api'),
  ]);
  return { auth: betterAuth(betterAuthOptions(options)), isAPIError };
}

function betterAuthOptions({ db, publicUrl, sessionSecret, logger, newSessionId }: PeopleAuthOptions) {
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
    emailAndPassword: { enabled: true, disableSignUp: true, maxPasswordLength: 128 },
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
      database: { generateId: ({ model }) => (model === 'session' ? newSessionId() : false) },
      // Only we write this header; what a client sends never gets here.
      ipAddress: { ipAddressHeaders: [addressHeader] },
      // Our own name and attributes instead of its prefix.
      useSecureCookies: false,
      cookies: {
        session_token: {
          name: sessionCookie,
          attributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
        },
      },
    },
  } satisfies BetterAuthOptions;
}
