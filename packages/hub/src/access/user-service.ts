import type { Invitation, InvitationCreate, Page, User, UserPatch } from '@lockkeeper/contract';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Caller } from '../http/caller.ts';
import { found, HubError, invalidField } from '../http/hub-error.ts';
import type { PageRequest } from '../http/page.ts';
import { actorOf } from '../http/principal.ts';
import { changedFields } from './audit-entry.ts';
import type { AuditLog } from './audit-log.ts';
import { createInvitationLink } from './setup-link.ts';
import { userOf } from './user.ts';
import * as store from './user-store.ts';

export interface UserServiceOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  publicUrl: URL;
  now: () => Date;
}

export type UserService = ReturnType<typeof createUserService>;

export function createUserService({ db, auditLog, events, publicUrl, now }: UserServiceOptions) {
  return {
    async list(query: PageRequest & { q?: string | undefined }): Promise<Page<User>> {
      const page = await store.listUsers(db, query);
      return { ...page, items: page.items.map(userOf) };
    },

    async get(id: string): Promise<User> {
      return userOf(found(await store.findUser(db, id), 'user'));
    },

    /** Ends the person's sessions when what they may do changes. */
    change(id: string, patch: UserPatch, { principal, requestId }: Caller): Promise<User> {
      return db.transaction().execute(async (trx) => {
        await store.lockUsers(trx);
        const row = found(await store.findUser(trx, id), 'user');
        const before = { name: row.name, roles: row.roles, active: row.active };
        const after = {
          name: patch.name ?? before.name,
          roles: patch.roles === undefined ? before.roles : [...new Set(patch.roles)].sort(),
          active: patch.active ?? before.active,
        };
        await store.updateUser(trx, id, after, now());
        if ((await store.countActiveAdmins(trx)) === 0) {
          throw new HubError('record.in_use', {
            detail: 'This is the last active administrator. Make somebody else one first.',
          });
        }
        const change = changedFields(before, after);
        if ('roles' in change.after || 'active' in change.after) {
          await store.endSessions(trx, id);
          await events.publish({ type: 'principal.ended', principalId: id }, trx);
        }
        if (Object.keys(change.after).length > 0) {
          const action =
            after.active === before.active ? 'changed' : after.active ? 'activated' : 'deactivated';
          await auditLog.record(
            {
              actor: actorOf(principal),
              action: `user.${action}`,
              subject: { type: 'user', id, name: after.name },
              summary: `${action} ${after.name}`,
              ...change,
              requestId,
            },
            trx,
          );
        }
        return userOf({ ...row, ...after });
      });
    },

    invite(input: InvitationCreate, { principal, requestId }: Caller): Promise<Invitation> {
      return db.transaction().execute(async (trx) => {
        if ((await store.findUserByEmail(trx, input.email)) !== undefined) {
          throw invalidField('email', 'belongs to a user already', 'taken');
        }
        const actor = actorOf(principal);
        const invitation = await createInvitationLink(trx, input, {
          publicUrl,
          now: now(),
          createdBy: actor,
        });
        await auditLog.record(
          {
            actor,
            action: 'user.invited',
            subject: { type: 'user', id: null, name: input.name },
            summary: `invited ${input.name}`,
            after: { email: input.email, roles: input.roles },
            requestId,
          },
          trx,
        );
        return invitation;
      });
    },
  };
}
