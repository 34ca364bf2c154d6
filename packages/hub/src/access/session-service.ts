import type { Session, Setup, SignIn } from '@lockkeeper/contract';
import { Secret } from '@lockkeeper/vault';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { EventBus } from '../events/event-bus.ts';
import { found, HubError, invalidField } from '../http/hub-error.ts';
import type { UserPrincipal } from '../http/principal.ts';
import type { AuditLog } from './audit-log.ts';
import type { Client } from './client.ts';
import { claimCode } from './code-use.ts';
import { noteAuthenticated } from './own-session-store.ts';
import type { PeopleAuth, SignedIn } from './people-auth.ts';
import { redeemLink } from './setup-link.ts';
import type { SignInLimit } from './sign-in-limit.ts';
import { userOf } from './user.ts';
import * as users from './user-store.ts';

export interface SessionServiceOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  peopleAuth: PeopleAuth;
  signInLimit: SignInLimit;
  /** For the second step. */
  codeLimit: SignInLimit;
  instance: Session['instance'];
  /** Whether passwords are accepted. */
  localSignIn: boolean;
  now: () => Date;
}

export interface SessionAnswer {
  session: Session;
  setCookie: string[];
}

/** The password was right; the code is next. */
export interface SecondFactorAnswer {
  setCookie: string[];
}

export type SessionService = ReturnType<typeof createSessionService>;

export function createSessionService(options: SessionServiceOptions) {
  const { db, auditLog, events, peopleAuth, signInLimit, codeLimit, instance, localSignIn, now } = options;

  return {
    async setupRequired(): Promise<boolean> {
      return !(await users.hasUsers(db));
    },

    /** @throws HubError `access.sign_in_refused`, the same for every reason; `request.too_many` */
    async signIn({ email, password }: SignIn, client: Client): Promise<SessionAnswer | SecondFactorAnswer> {
      if (!localSignIn) throw new HubError('access.local_sign_in_off');
      signInLimit.begin(email, client.address);
      const signedIn = await peopleAuth.signIn(email, new Secret(password), client);
      if (signedIn === undefined) {
        await auditLog.record(
          {
            actor: { kind: 'user', id: null, name: email },
            action: 'session.refused',
            outcome: 'failure',
            subject: { type: 'session', id: null, name: null },
            summary: `was refused from ${client.address}`,
            requestId: client.requestId,
          },
          db,
        );
        throw new HubError('access.sign_in_refused');
      }
      signInLimit.succeeded(email, client.address);
      return 'awaitsCode' in signedIn ? { setCookie: signedIn.setCookie } : begin(signedIn, client);
    },

    /** For somebody whose provider has said who they are. @returns undefined when they are not active */
    async signInAs(userId: string, client: Client): Promise<string[] | undefined> {
      const signedIn = await peopleAuth.signInAs(userId, client);
      return signedIn && (await begin(signedIn, client)).setCookie;
    },

    /**
     * The second step, in the browser that did the first.
     * @throws HubError `access.second_factor_expired`, `access.confirmation_refused`; `request.too_many`
     */
    async signInWithCode(code: string, client: Client): Promise<SessionAnswer> {
      const userId = await peopleAuth.findAwaited(client.cookies);
      if (userId === undefined) throw new HubError('access.second_factor_expired');
      codeLimit.begin(userId, client.address);
      const claimed = await claimCode(db, userId, code, now());
      const signedIn = claimed ? await peopleAuth.signInWithCode(client.cookies, code, client) : undefined;
      if (signedIn === undefined) {
        const user = found(await users.findUser(db, userId), 'user');
        await record(db, user, 'session.refused', 'brought a wrong code', client, 'failure');
        throw new HubError('access.confirmation_refused', {
          detail: 'The code is wrong, or was used before. Wait for the next one.',
        });
      }
      codeLimit.succeeded(userId, client.address);
      return begin(signedIn, client);
    },

    /** @throws HubError `access.setup_refused` for a link that is unknown, used or expired */
    async setUp(input: Setup, client: Client): Promise<SessionAnswer> {
      const password = new Secret(input.password);
      await db.transaction().execute(async (trx) => {
        await users.lockUsers(trx);
        const link = await redeemLink(trx, input.token, now());
        if (link === undefined || (link.purpose === 'first_admin' && (await users.hasUsers(trx)))) {
          throw new HubError('access.setup_refused', {
            detail: 'It was used already, or it has expired. Ask for a new one.',
          });
        }
        const email = input.email.toLowerCase();
        // These refusals undo the redemption: the link still works with other input.
        if (link.email !== null && link.email !== email) {
          throw invalidField('email', 'must be the address that was invited');
        }
        if ((await users.findUserByEmail(trx, email)) !== undefined) {
          throw invalidField('email', 'belongs to a user already', 'taken');
        }
        const user = { id: newId('user'), name: input.name, email, roles: link.roles };
        await users.createUser(trx, user, await peopleAuth.hashPassword(password), now());
        await auditLog.record(
          {
            actor: { kind: 'user', id: user.id, name: user.name },
            action: 'user.created',
            subject: { type: 'user', id: user.id, name: user.name },
            summary:
              link.purpose === 'first_admin' ? 'became the first administrator' : 'accepted an invitation',
            after: { email, roles: link.roles },
            requestId: client.requestId,
          },
          trx,
        );
      });
      const signedIn = await peopleAuth.signIn(input.email, password, client);
      if (signedIn === undefined || 'awaitsCode' in signedIn) throw new HubError('access.sign_in_refused');
      return begin(signedIn, client);
    },

    async get(principal: UserPrincipal): Promise<Session> {
      return sessionOf(principal.id);
    },

    /** @returns cookies that expire the session's */
    async signOut(principal: UserPrincipal, client: Client): Promise<string[]> {
      const setCookie = await peopleAuth.signOut(client.cookies);
      await db.transaction().execute(async (trx) => {
        await events.publish({ type: 'principal.ended', principalId: principal.sessionId }, trx);
        await record(trx, principal, 'session.ended', 'signed out', client);
      });
      return setCookie;
    },
  };

  async function begin(signedIn: SignedIn, client: Client): Promise<SessionAnswer> {
    if (client.cookies !== '') await peopleAuth.signOut(client.cookies);
    const session = await sessionOf(signedIn.userId);
    await db.transaction().execute(async (trx) => {
      await noteAuthenticated(trx, signedIn.sessionId, now());
      await users.noteSignIn(trx, signedIn.userId, now());
      await record(trx, session.user, 'session.created', `signed in from ${client.address}`, client);
    });
    return { session, setCookie: signedIn.setCookie };
  }

  async function sessionOf(userId: string): Promise<Session> {
    const { id, name, email, roles, twoFactor } = userOf(found(await users.findUser(db, userId), 'user'));
    const hash = await users.findPasswordHash(db, userId);
    const confirmation = twoFactor ? 'code' : hash === undefined ? 'single_sign_on' : 'password';
    return { user: { id, name, email, roles }, confirmation, instance };
  }

  async function record(
    trx: Db,
    user: { id: string; name: string },
    action: string,
    summary: string,
    { requestId }: Client,
    outcome: 'success' | 'failure' = 'success',
  ): Promise<void> {
    await auditLog.record(
      {
        actor: { kind: 'user', id: user.id, name: user.name },
        action,
        outcome,
        subject: { type: 'user', id: user.id, name: user.name },
        summary,
        requestId,
      },
      trx,
    );
  }
}
