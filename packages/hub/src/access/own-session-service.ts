import { type OwnSession, type Page, sessionId } from '@lockkeeper/contract';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { HubError } from '../http/hub-error.ts';
import { actorOf, type UserPrincipal } from '../http/principal.ts';
import type { AuditLog } from './audit-log.ts';
import * as store from './own-session-store.ts';

export interface OwnSessionServiceOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  now: () => Date;
}

export type OwnSessionService = ReturnType<typeof createOwnSessionService>;

/** Where a person is signed in; nobody sees or ends anybody else's here. */
export function createOwnSessionService({ db, auditLog, events, now }: OwnSessionServiceOptions) {
  return {
    async list(principal: UserPrincipal): Promise<Page<OwnSession>> {
      const rows = await store.listSessions(db, principal.id, now());
      const items = rows.map((row) => ({
        id: sessionId.parse(row.id),
        current: row.id === principal.sessionId,
        userAgent: row.user_agent ?? '',
        address: row.ip_address ?? '',
        createdAt: row.created_at.toISOString(),
        lastSeenAt: row.updated_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
      }));
      return { items, nextCursor: null, total: items.length };
    },

    end(principal: UserPrincipal, id: string, requestId: string): Promise<void> {
      return db.transaction().execute(async (trx) => {
        if (!(await store.endSession(trx, principal.id, id))) throw new HubError('record.unknown');
        await announce(trx, principal, [id], requestId);
      });
    },

    endOthers(principal: UserPrincipal, requestId: string): Promise<void> {
      return db.transaction().execute(async (trx) => {
        const ended = await store.endOtherSessions(trx, principal.id, principal.sessionId);
        if (ended.length > 0) await announce(trx, principal, ended, requestId);
      });
    },
  };

  async function announce(
    trx: Db,
    principal: UserPrincipal,
    ids: readonly string[],
    requestId: string,
  ): Promise<void> {
    for (const id of ids) await events.publish({ type: 'principal.ended', principalId: id }, trx);
    await auditLog.record(
      {
        actor: actorOf(principal),
        action: 'session.ended',
        subject: { type: 'user', id: principal.id, name: principal.name },
        summary: ids.length === 1 ? 'signed another browser out' : `signed ${ids.length} other browsers out`,
        requestId,
      },
      trx,
    );
  }
}
