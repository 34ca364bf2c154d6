import type { TwoFactorEnrolment, TwoFactorState } from '@lockkeeper/contract';
import { Secret } from '@lockkeeper/vault';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { type Caller, callerFor } from '../http/caller.ts';
import { found, HubError, invalidField } from '../http/hub-error.ts';
import type { UserPrincipal } from '../http/principal.ts';
import type { AuditLog } from './audit-log.ts';
import type { Client } from './client.ts';
import { claimCode } from './code-use.ts';
import type { ConfirmationService } from './confirmation-service.ts';
import { noteAuthenticated } from './own-session-store.ts';
import type { PeopleAuth } from './people-auth.ts';
import type { SignInLimit } from './sign-in-limit.ts';
import * as users from './user-store.ts';

export interface TwoFactorServiceOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  peopleAuth: PeopleAuth;
  confirmations: Pick<ConfirmationService, 'requirePassword'>;
  limit: SignInLimit;
  now: () => Date;
}

export type TwoFactorService = ReturnType<typeof createTwoFactorService>;

/** A person's own authenticator app and recovery codes. */
export function createTwoFactorService(options: TwoFactorServiceOptions) {
  const { db, auditLog, events, peopleAuth, confirmations, limit, now } = options;

  return {
    async state({ id }: UserPrincipal): Promise<TwoFactorState> {
      const user = found(await users.findUser(db, id), 'user');
      return {
        enabled: user.two_factor_enabled,
        available: (await users.findPasswordHash(db, id)) !== undefined,
      };
    },

    /** Begins; nothing is asked for at sign-in before `finish`. Beginning again replaces what was begun. */
    async begin(principal: UserPrincipal, password: string, client: Client): Promise<TwoFactorEnrolment> {
      if (await isEnabled(principal.id)) throw alreadyEnabled();
      await confirmations.requirePassword(principal, new Secret(password), 'password', client);
      const { uri, recoveryCodes } = await peopleAuth.enrol(client.cookies, new Secret(password));
      return { uri, secret: new URL(uri).searchParams.get('secret') ?? '', recoveryCodes };
    },

    /** @returns cookies of the session that takes the place of this one */
    async finish(principal: UserPrincipal, code: string, client: Client): Promise<string[]> {
      if (await isEnabled(principal.id)) throw alreadyEnabled();
      limit.begin(principal.id, client.address);
      const claimed = await claimCode(db, principal.id, code, now());
      const signedIn = claimed ? await peopleAuth.finishEnrolment(client.cookies, code, client) : undefined;
      if (signedIn === undefined) {
        throw invalidField('code', 'is not the one that the app shows now: check the clock of your device');
      }
      limit.succeeded(principal.id, client.address);
      await db.transaction().execute(async (trx) => {
        await noteAuthenticated(trx, signedIn.sessionId, now());
        await events.publish({ type: 'principal.ended', principalId: principal.sessionId }, trx);
        await record(trx, callerFor(principal, client.requestId), principal, 'enabled', 'turned on');
      });
      return signedIn.setCookie;
    },

    async replaceRecoveryCodes(
      principal: UserPrincipal,
      password: string,
      client: Client,
    ): Promise<string[]> {
      if (!(await isEnabled(principal.id))) throw notEnabled();
      await confirmations.requirePassword(principal, new Secret(password), 'password', client);
      const codes = await peopleAuth.replaceRecoveryCodes(client.cookies, new Secret(password));
      const caller = callerFor(principal, client.requestId);
      await record(db, caller, principal, 'recovery_codes_replaced', 'made new recovery codes for');
      return codes;
    },

    async disable(principal: UserPrincipal, client: Client): Promise<void> {
      await remove(principal.id, callerFor(principal, client.requestId), 'disabled', 'turned off');
    },

    /** For somebody who lost their device: the password alone signs in again. Ends their sessions. */
    async reset(userId: string, caller: Caller): Promise<void> {
      await remove(userId, caller, 'reset', 'reset');
    },
  };

  async function isEnabled(userId: string): Promise<boolean> {
    return found(await users.findUser(db, userId), 'user').two_factor_enabled;
  }

  async function remove(userId: string, caller: Caller, action: 'disabled' | 'reset', verb: string) {
    await db.transaction().execute(async (trx) => {
      const user = found(await users.findUser(trx, userId), 'user');
      if (!(await users.removeTwoFactor(trx, userId))) throw notEnabled();
      if (action === 'reset') {
        await users.endSessions(trx, userId);
        await events.publish({ type: 'principal.ended', principalId: userId }, trx);
      }
      await record(trx, caller, user, action, verb);
    });
  }

  async function record(
    trx: Db,
    { principal, actor, requestId }: Caller,
    user: { id: string; name: string },
    action: string,
    verb: string,
  ): Promise<void> {
    const whose = principal.kind === 'user' && principal.id === user.id ? 'their' : `${user.name}'s`;
    await auditLog.record(
      {
        actor,
        action: `two_factor.${action}`,
        subject: { type: 'user', id: user.id, name: user.name },
        summary: `${verb} ${whose} second factor`,
        requestId,
      },
      trx,
    );
  }
}

function alreadyEnabled(): HubError {
  return new HubError('record.in_use', {
    detail: 'Two-factor sign-in is on. Turn it off to set it up anew.',
  });
}

function notEnabled(): HubError {
  return new HubError('record.unknown', { detail: 'Two-factor sign-in is not on.' });
}
