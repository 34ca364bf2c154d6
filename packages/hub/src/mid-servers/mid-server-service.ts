import type { MidServerActivity, MidServer as MidServerView, Page } from '@lockkeeper/contract';
import { LIMITS, sameFingerprint } from '@lockkeeper/contract/mid';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import { found, HubError } from '../http/hub-error.ts';
import type { PageRequest } from '../http/page.ts';
import { actorOf } from '../http/principal.ts';
import type { CallCredentials } from '../tokens/call-credentials.ts';
import type { Origin } from './enrolment-service.ts';
import { appliesToMidServer, type MidServer, type SessionFacts, statusOf } from './mid-server.ts';
import type { MidServerCalls } from './mid-server-calls.ts';
import {
  findMidServer,
  listMidServers,
  lockMidServer,
  removeMidServer,
  requestRekey,
  setPaused,
  setValidated,
} from './mid-server-store.ts';
import type { MidSessions } from './mid-sessions.ts';

export interface MidServerServiceOptions {
  readonly db: Kysely<Database>;
  readonly audit: AuditLog;
  readonly events: EventBus;
  readonly outbox: Outbox;
  readonly sessions: MidSessions;
  readonly calls: MidServerCalls;
  /** To count those that apply. */
  readonly credentials: Pick<CallCredentials, 'activeCredentials'>;
  readonly now: () => Date;
}

interface Change {
  readonly action: string;
  readonly summary: string;
  readonly before?: Record<string, unknown>;
  readonly after?: Record<string, unknown>;
  /** What the customer's own programs are told of it. */
  readonly tells?: 'mid_server.validated' | 'mid_server.invalidated' | 'mid_server.removed';
}

/** What admins do with enrolled agents. Every change is in force on every instance within moments, here at once. */
export class MidServerService {
  readonly #options: MidServerServiceOptions;

  constructor(options: MidServerServiceOptions) {
    this.#options = options;
  }

  async list(page: PageRequest & { q?: string | undefined }): Promise<Page<MidServerView>> {
    const [servers, view] = await Promise.all([listMidServers(this.#options.db, page), this.#viewer()]);
    return { ...servers, items: servers.items.map(view) };
  }

  async get(id: string): Promise<MidServerView> {
    const [server, view] = await Promise.all([findMidServer(this.#options.db, id), this.#viewer()]);
    return view(found(server, 'MID Server'));
  }

  async activity(id: string): Promise<MidServerActivity> {
    const { db, sessions, calls, now } = this.#options;
    const server = found(await findMidServer(db, id), 'MID Server');
    const held = sessions.find(server.id)?.grants.held(now());
    return {
      ...calls.activityOf(server.id).view(now()),
      holds: { credentials: held?.credentials ?? 0, until: held?.until?.toISOString() ?? null },
    };
  }

  /** @throws HubError `mid_server.fingerprint_differs` unless it is what the agent's host shows */
  async validate(id: string, fingerprint: string, origin: Origin): Promise<MidServerView> {
    return this.#change(id, origin, async (trx, server) => {
      if (!sameFingerprint(fingerprint, server.fingerprint)) {
        throw new HubError('mid_server.fingerprint_differs', {
          detail:
            'It is not validated. Another agent may have used the token: if the host shows this fingerprint, remove this entry.',
        });
      }
      if (server.validatedAt !== null) return undefined;
      await setValidated(trx, id, actorOf(origin.principal), this.#options.now());
      return {
        action: 'mid-server.validated',
        summary: `validated ${server.name}`,
        after: { validated: true },
        tells: 'mid_server.validated',
      };
    });
  }

  async invalidate(id: string, origin: Origin): Promise<MidServerView> {
    return this.#change(id, origin, async (trx, server) => {
      if (server.validatedAt === null) return undefined;
      await setValidated(trx, id, null, null);
      return {
        action: 'mid-server.invalidated',
        summary: `invalidated ${server.name}`,
        after: { validated: false },
        tells: 'mid_server.invalidated',
      };
    });
  }

  /** It finishes what it has begun and gets nothing new. */
  async pause(id: string, origin: Origin): Promise<MidServerView> {
    return this.#change(id, origin, async (trx, server) => {
      requireValidated(server);
      if (server.pausedAt !== null) return undefined;
      await setPaused(trx, id, this.#options.now());
      return { action: 'mid-server.paused', summary: `paused ${server.name}`, after: { paused: true } };
    });
  }

  async resume(id: string, origin: Origin): Promise<MidServerView> {
    return this.#change(id, origin, async (trx, server) => {
      requireValidated(server);
      if (server.pausedAt === null) return undefined;
      await setPaused(trx, id, null);
      return { action: 'mid-server.resumed', summary: `resumed ${server.name}`, after: { paused: false } };
    });
  }

  /** The agent makes new keys, now or when it connects next, and signs them with its old one. */
  async rekey(id: string, origin: Origin): Promise<MidServerView> {
    return this.#change(id, origin, async (trx, server) => {
      requireValidated(server);
      await requestRekey(trx, id, this.#options.now());
      return { action: 'mid-server.rekey-requested', summary: `asked ${server.name} for new keys` };
    });
  }

  async remove(id: string, origin: Origin): Promise<void> {
    const { db, sessions } = this.#options;
    const server = await db.transaction().execute(async (trx) => {
      const locked = found(await lockMidServer(trx, id), 'MID Server');
      await removeMidServer(trx, id);
      await this.#record(trx, locked, origin, {
        action: 'mid-server.removed',
        summary: `removed ${locked.name}`,
        before: { fingerprint: locked.fingerprint, host: locked.host },
        tells: 'mid_server.removed',
      });
      return locked;
    });
    sessions.find(server.id)?.close(LIMITS.CLOSE_CODE.removed, 'an admin has removed this MID Server');
  }

  async #change(
    id: string,
    origin: Origin,
    make: (trx: Kysely<Database>, server: MidServer) => Promise<Change | undefined>,
  ): Promise<MidServerView> {
    const { db, sessions } = this.#options;
    await db.transaction().execute(async (trx) => {
      const server = found(await lockMidServer(trx, id), 'MID Server');
      const change = await make(trx, server);
      if (change !== undefined) await this.#record(trx, server, origin, change);
    });
    await sessions.refresh(id);
    return this.get(id);
  }

  async #record(
    trx: Kysely<Database>,
    server: MidServer,
    origin: Origin,
    { tells, ...change }: Change,
  ): Promise<void> {
    const { audit, events, outbox } = this.#options;
    const actor = actorOf(origin.principal);
    await events.publish({ type: 'mid-server.updated', midServerId: server.id }, trx);
    if (tells !== undefined) await outbox.publish({ type: tells, data: { midServer: server, actor } }, trx);
    await audit.record(
      {
        actor,
        subject: { type: 'mid-server', id: server.id, name: server.name },
        requestId: origin.requestId,
        ...change,
      },
      trx,
    );
  }

  async #viewer(): Promise<(server: MidServer) => MidServerView> {
    const { sessions, calls, now } = this.#options;
    const [sessionsOf, credentials] = await Promise.all([
      sessions.all(),
      this.#options.credentials.activeCredentials(),
    ]);
    return (server) => {
      const { callsPerMinute, medianMs } = calls.activityOf(server.id).lastMinute(now());
      const credentialCount = credentials.filter(({ appliesTo }) =>
        appliesToMidServer(appliesTo, server.id),
      ).length;
      return viewOf(server, sessionsOf(server.id), { credentialCount, callsPerMinute, medianMs });
    };
  }
}

function viewOf(
  server: MidServer,
  sessions: readonly SessionFacts[],
  numbers: Pick<MidServerView, 'credentialCount' | 'callsPerMinute' | 'medianMs'>,
): MidServerView {
  const heartbeats = sessions.map(({ heartbeatAt }) => heartbeatAt.getTime());
  const lastHeartbeatAt =
    heartbeats.length === 0 ? server.lastHeartbeatAt : new Date(Math.max(...heartbeats));
  return {
    id: server.id,
    name: server.name,
    status: statusOf(server, sessions),
    validated: server.validatedAt !== null,
    fingerprint: server.fingerprint,
    host: server.host,
    enrolledFrom: server.enrolledFrom,
    agentVersion: server.agentVersion,
    enrolledAt: server.enrolledAt.toISOString(),
    enrolledBy: server.enrolledBy,
    validatedAt: server.validatedAt?.toISOString() ?? null,
    validatedBy: server.validatedBy,
    lastHeartbeatAt: lastHeartbeatAt?.toISOString() ?? null,
    sessions: sessions.map(({ instance, connectedAt, roundTripMs, tls }) => ({
      instance,
      connectedAt: connectedAt.toISOString(),
      roundTripMs: roundTripMs === null ? null : Math.round(roundTripMs * 10) / 10,
      tls,
    })),
    clockSkewMs: sessions[0]?.clockSkewMs ?? null,
    ...numbers,
  };
}

function requireValidated(server: MidServer): void {
  if (server.validatedAt !== null) return;
  throw new HubError('mid_server.not_validated', {
    detail: `Compare the fingerprint of ${server.name} and validate it first.`,
  });
}
