import type { Server } from 'node:http';
import { LIMITS } from '@lockkeeper/contract/mid';
import type { Vault } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { CallCredentials } from '../tokens/call-credentials.ts';
import { EnrolmentService } from './enrolment-service.ts';
import { loadInstanceIdentity } from './instance-identity.ts';
import { MidServerCalls } from './mid-server-calls.ts';
import { registerMidServerRoutes } from './mid-server-routes.ts';
import { MidServerService } from './mid-server-service.ts';
import { findMidServer } from './mid-server-store.ts';
import { MidSessions } from './mid-sessions.ts';
import { SessionEndpoint } from './session-endpoint.ts';
import { Tunnels } from './tunnels.ts';

export interface MidServersOptions {
  readonly db: Kysely<Database>;
  readonly vault: Vault;
  readonly audit: AuditLog;
  readonly events: EventBus;
  readonly outbox: Outbox;
  readonly logger: FastifyBaseLogger;
  readonly publicUrl: URL;
  /** The name of this instance among all on this database. */
  readonly instance: string;
  readonly credentials: CallCredentials;
  readonly now: () => Date;
  /** A MID Server takes calls here from now on. */
  readonly onReady: (midServerId: string) => void;
  readonly heartbeatMs?: number | undefined;
}

/** The feature, wired: what routes, tools and the instance's start use. */
export interface MidServers {
  readonly servers: MidServerService;
  readonly enrolment: EnrolmentService;
  readonly calls: MidServerCalls;
  readonly tunnels: Tunnels;
  readonly sessions: MidSessions;
  registerRoutes(app: HttpApp): void;
  /** Agents connect to this server from now on. */
  start(server: Server): Promise<void>;
  stop(): Promise<void>;
}

export async function createMidServers(options: MidServersOptions): Promise<MidServers> {
  const { db, vault, audit, logger, now, heartbeatMs = LIMITS.HEARTBEAT_MS, instance } = options;
  const identity = await loadInstanceIdentity(db, vault);
  const sessions = new MidSessions(options);
  const calls = new MidServerCalls({ ...options, sessions });
  const tunnels = new Tunnels({ sessions, activityOf: (id) => calls.activityOf(id), now });
  const endpoint = new SessionEndpoint({
    sessions,
    identity,
    instance,
    heartbeatMs,
    logger,
    now,
    findServer: (id) => findMidServer(db, id),
    onRefused: (server, reason) => {
      const entry = audit.record(
        {
          actor: { kind: 'mid_server', id: server.id, name: server.name },
          action: 'mid-server.connected',
          outcome: 'failure',
          subject: { type: 'mid-server', id: server.id, name: server.name },
          summary: `was turned away: ${reason}`,
        },
        db,
      );
      entry.catch((error: unknown) => logger.error({ err: error }, 'a refusal was not recorded'));
    },
  });
  const servers = new MidServerService({ ...options, sessions, calls });
  const enrolment = new EnrolmentService({ ...options, identity });
  return {
    servers,
    enrolment,
    calls,
    tunnels,
    sessions,
    registerRoutes: (app) => registerMidServerRoutes(app, servers, enrolment),
    async start(server) {
      await sessions.start();
      endpoint.attach(server);
    },
    // Before the HTTP server is closed, which waits for every connection to end.
    async stop() {
      await sessions.stop();
      endpoint.stop();
    },
  };
}
