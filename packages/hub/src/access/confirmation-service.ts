import type { Confirmation, PasswordChange } from '@lockkeeper/contract';
import { Secret } from '@lockkeeper/vault';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { HubError, invalidField } from '../http/hub-error.ts';
import { actorOf, type UserPrincipal } from '../http/principal.ts';
import type { AuditLog } from './audit-log.ts';
import type { Client } from './client.ts';
import { claimCode } from './code-use.ts';
import { endOtherSessions, noteAuthenticated } from './own-session-store.ts';
import type { PeopleAuth } from './people-auth.ts';
import type { SignInLimit } from './sign-in-limit.ts';
import { findPasswordHash, findUser, setPasswordHash } from './user-store.ts';

export interface ConfirmationServiceOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  peopleAuth: PeopleAuth;
  limit: SignInLimit;
  now: () => Date;
}

export type ConfirmationService = ReturnType<typeof createConfirmationService>;

/** People who are signed in prove again who they are. */
export function createConfirmationService(options: ConfirmationServiceOptions) {
  const { db, auditLog, events, peopleAuth, limit, now } = options;

  return {
    /**
     * Good for ten minutes, in this session.
     * @throws HubError `access.confirmation_refused`; `request.too_many`
     */
    async confirm(principal: UserPrincipal, proof: Confirmation, client: Client): Promise<void> {
      limit.begin(principal.id, client.address);
      const confirmed =
        'code' in proof
          ? await isOwnCode(principal, proof.code, client)
          : await isOwnPassword(principal, new Secret(proof.password));
      if (!confirmed) {
        await record(
          principal,
          'session.confirmation_refused',
          'did not prove who they are',
          client,
          'failure',
        );
        throw new HubError('access.confirmation_refused');
      }
      limit.succeeded(principal.id, client.address);
      await db.transaction().execute(async (trx) => {
        await noteAuthenticated(trx, principal.sessionId, now());
        await record(principal, 'session.confirmed', 'proved again who they are', client, 'success', trx);
      });
    },

    /** Ends the person's other sessions: whoever else knew the old password is out. */
    async changePassword(
      principal: UserPrincipal,
      { currentPassword, newPassword }: PasswordChange,
      client: Client,
    ): Promise<void> {
      await requirePassword(principal, new Secret(currentPassword), 'currentPassword', client);
      const hash = await peopleAuth.hashPassword(new Secret(newPassword));
      await db.transaction().execute(async (trx) => {
        await setPasswordHash(trx, principal.id, hash);
        for (const id of await endOtherSessions(trx, principal.id, principal.sessionId)) {
          await events.publish({ type: 'principal.ended', principalId: id }, trx);
        }
        await record(principal, 'user.password_changed', 'changed their password', client, 'success', trx);
      });
    },

    requirePassword,
  };

  /** @throws HubError `request.invalid`, naming the field; `request.too_many` */
  async function requirePassword(
    principal: UserPrincipal,
    password: Secret,
    field: string,
    client: Client,
  ): Promise<void> {
    limit.begin(principal.id, client.address);
    const hash = await findPasswordHash(db, principal.id);
    if (hash === undefined) {
      throw invalidField(field, 'is not kept here: you sign in with single sign-on', 'absent');
    }
    if (!(await peopleAuth.isPassword(password, hash))) throw invalidField(field, 'is wrong', 'wrong');
    limit.succeeded(principal.id, client.address);
  }

  async function isOwnCode(principal: UserPrincipal, code: string, client: Client): Promise<boolean> {
    const user = await findUser(db, principal.id);
    if (user?.two_factor_enabled !== true) return false;
    if (!(await claimCode(db, principal.id, code, now()))) return false;
    return peopleAuth.isCode(client.cookies, code);
  }

  /** With a second factor in force, the first alone is what a thief may have. */
  async function isOwnPassword(principal: UserPrincipal, password: Secret): Promise<boolean> {
    const user = await findUser(db, principal.id);
    if (user === undefined || user.two_factor_enabled) return false;
    const hash = await findPasswordHash(db, principal.id);
    return hash !== undefined && peopleAuth.isPassword(password, hash);
  }

  async function record(
    principal: UserPrincipal,
    action: string,
    summary: string,
    { requestId }: Client,
    outcome: 'success' | 'failure',
    trx: Db = db,
  ): Promise<void> {
    const subject = { type: 'user', id: principal.id, name: principal.name };
    await auditLog.record({ actor: actorOf(principal), action, outcome, subject, summary, requestId }, trx);
  }
}
