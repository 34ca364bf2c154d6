import type { Secret } from '@lockkeeper/vault';
import {
  addressHeader,
  betterAuthOptions,
  type PeopleAuthOptions,
  secondFactorCookie,
  sessionCookie,
  twoFactorOptions,
} from './people-auth-options.ts';

export interface SignedIn {
  userId: string;
  sessionId: string;
  /** For the answer, as they are. */
  setCookie: string[];
}

/** The password was right; a code has to follow, from the browser that gets this cookie. */
export interface AwaitsCode {
  awaitsCode: true;
  userId: string;
  setCookie: string[];
}

export interface Enrolment {
  uri: string;
  recoveryCodes: string[];
}

/** Where a request came from. */
export interface From {
  address: string;
  userAgent: string;
}

/** People's passwords, second factors and sessions. The only place that knows better-auth. */
export interface PeopleAuth {
  hashPassword(password: Secret): Promise<string>;
  /** Undefined when e-mail or password is wrong, or the person is not active. Takes the same time either way. */
  signIn(email: string, password: Secret, from: From): Promise<SignedIn | AwaitsCode | undefined>;
  /** A session for somebody who proved elsewhere who they are. Undefined when they are not active. */
  signInAs(userId: string, from: From): Promise<SignedIn | undefined>;
  /** Whose code the browser with these cookies has to bring. */
  findAwaited(cookies: string): Promise<string | undefined>;
  /** @returns undefined when the code is wrong, or came too late or too often */
  signInWithCode(cookies: string, code: string, from: From): Promise<SignedIn | undefined>;
  /** Whether the code is one of the person's that is signed in; a recovery code is used up. */
  isCode(cookies: string, code: string): Promise<boolean>;
  isPassword(password: Secret, hash: string): Promise<boolean>;
  /** A new authenticator secret, which is not in force before its first code. The password must be right. */
  enrol(cookies: string, password: Secret): Promise<Enrolment>;
  /** Puts the second factor in force. The session is replaced. @returns undefined when the code is wrong */
  finishEnrolment(cookies: string, code: string, from: From): Promise<SignedIn | undefined>;
  /** Instead of the old ones. The password must be right. */
  replaceRecoveryCodes(cookies: string, password: Secret): Promise<string[]>;
  /** @param cookies the Cookie header */
  findSession(cookies: string): Promise<SignedIn | undefined>;
  /** @returns cookies that expire the old ones */
  signOut(cookies: string): Promise<string[]>;
}

function headersOf(cookies: string, from?: From): Headers {
  const headers = new Headers({ cookie: cookies });
  if (from !== undefined) {
    headers.set(addressHeader, from.address);
    headers.set('user-agent', from.userAgent);
  }
  return headers;
}

/** Each question is about one cookie: another that is there as well must not answer it. */
function onlyCookie(cookies: string, name: string): string {
  const value = cookieIn(cookies, name);
  return value === undefined ? '' : `${name}=${value}`;
}

function cookieIn(cookies: string, name: string): string | undefined {
  for (const pair of cookies.split(/; */)) {
    if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1);
  }
  return undefined;
}

function isTotp(code: string): boolean {
  return /^\d{6}$/.test(code);
}

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

    async signIn(email, password, from) {
      const { auth } = await load();
      return unlessRefused(async () => {
        const { headers, response } = await auth.api.signInEmail({
          body: { email, password: password.reveal() },
          headers: headersOf('', from),
          returnHeaders: true,
        });
        if (!('twoFactorRedirect' in response)) return newSession(headers);
        // Of the cookies it sets and takes back, only the one that waits for the code concerns the browser.
        const setCookie = headers.getSetCookie().filter((line) => line.startsWith(`${secondFactorCookie}=`));
        const userId = await awaitedIn(setCookie.map((line) => line.split(';', 1)[0]).join('; '));
        return userId === undefined ? undefined : { awaitsCode: true, userId, setCookie };
      });
    },

    async signInAs(userId, from) {
      const { auth } = await load();
      return unlessRefused(async () => {
        const body = { userId };
        const answer = await auth.api.signInAs({ body, headers: headersOf('', from), returnHeaders: true });
        return newSession(answer.headers);
      });
    },

    findAwaited: awaitedIn,

    async signInWithCode(cookies, code, from) {
      const { auth } = await load();
      const headers = headersOf(onlyCookie(cookies, secondFactorCookie), from);
      return unlessRefused(async () => {
        const answer = isTotp(code)
          ? await auth.api.verifyTOTP({ body: { code }, headers, returnHeaders: true })
          : await auth.api.verifyBackupCode({ body: { code }, headers, returnHeaders: true });
        return newSession(answer.headers);
      });
    },

    async isCode(cookies, code) {
      const { auth } = await load();
      const headers = headersOf(onlyCookie(cookies, sessionCookie));
      const right = await unlessRefused(async () => {
        if (isTotp(code)) await auth.api.verifyTOTP({ body: { code }, headers });
        else await auth.api.verifyBackupCode({ body: { code, disableSession: true }, headers });
        return true;
      });
      return right === true;
    },

    async isPassword(password, hash) {
      const { auth } = await load();
      const context = await auth.$context;
      return context.password.verify({ hash, password: password.reveal() });
    },

    async enrol(cookies, password) {
      const { auth } = await load();
      const answer = await auth.api.enableTwoFactor({
        body: { password: password.reveal(), method: 'totp' },
        headers: headersOf(cookies),
      });
      if (answer.method !== 'totp') throw new Error('Two-factor sign-in offers nothing but TOTP');
      return { uri: answer.totpURI, recoveryCodes: answer.backupCodes };
    },

    async finishEnrolment(cookies, code, from) {
      const { auth } = await load();
      const headers = headersOf(onlyCookie(cookies, sessionCookie), from);
      return unlessRefused(async () => {
        const answer = await auth.api.verifyTOTP({ body: { code }, headers, returnHeaders: true });
        return newSession(answer.headers);
      });
    },

    async replaceRecoveryCodes(cookies, password) {
      const { auth } = await load();
      const body = { password: password.reveal() };
      const answer = await auth.api.generateBackupCodes({ body, headers: headersOf(cookies) });
      return answer.backupCodes;
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

  async function newSession(answered: Headers): Promise<SignedIn | undefined> {
    const setCookie = answered.getSetCookie();
    const found = await sessionOf(setCookie.map((cookie) => cookie.split(';', 1)[0]).join('; '));
    return found === undefined ? undefined : { ...found, setCookie };
  }

  /** The cookie names a row that only it knows; whether it is signed is looked at when the code comes. */
  async function awaitedIn(cookies: string): Promise<string | undefined> {
    const value = cookieIn(cookies, secondFactorCookie);
    if (value === undefined) return undefined;
    const row = await options.db
      .selectFrom('user_verifications')
      .select('value')
      .where('identifier', '=', decodeURIComponent(value).split('.')[0] ?? '')
      .where('expires_at', '>', new Date())
      .executeTakeFirst();
    return row?.value;
  }

  async function unlessRefused<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const { isAPIError } = await load();
    try {
      return await attempt();
    } catch (error) {
      // 400 and 429 are what it says after too many wrong codes.
      if (isAPIError(error) && [400, 401, 429].includes(error.statusCode)) return undefined;
      throw error;
    }
  }

  async function sessionOf(cookies: string): Promise<SignedIn | undefined> {
    const { auth, isAPIError } = await load();
    const found = auth.api.getSession({ headers: new Headers({ cookie: cookies }), returnHeaders: true });
    const { headers, response } = await found.catch((error: unknown) => {
      // Its own error hides the database's, by which a database that is away is told from a fault.
      throw isAPIError(error) && error.cause !== undefined ? error.cause : error;
    });
    if (response === null) return undefined;
    return { userId: response.user.id, sessionId: response.session.id, setCookie: headers.getSetCookie() };
  }
}

async function loadBetterAuth(options: PeopleAuthOptions) {
  const [{ betterAuth }, { isAPIError }, { twoFactor }, { signInAs }] = await Promise.all([
    import('better-auth'),
    import('better-auth/api'),
    import('better-auth/plugins/two-factor'),
    import('./sign-in-as.ts'),
  ]);
  const plugins = [twoFactor(twoFactorOptions), signInAs];
  return { auth: betterAuth({ ...betterAuthOptions(options), plugins }), isAPIError };
}
