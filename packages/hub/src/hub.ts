import type { Secret } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import { sql } from 'kysely';
import { createAccess } from './access/access.ts';
import { createAuditLog } from './access/audit-log.ts';
import { sessionCookie } from './access/people-auth.ts';
import type { Db } from './db/database.ts';
import type { Notifications } from './db/notifications.ts';
import { EventBus } from './events/event-bus.ts';
import { registerEventRoutes } from './events/event-routes.ts';
import { registerHealthRoutes } from './http/health-routes.ts';
import { createHttpApp } from './http/http-app.ts';
import type { HttpApp } from './http/http-app-type.ts';
import { registerMetrics } from './http/metrics.ts';

export interface HubOptions {
  /** Migrated. Whoever opened it closes it. */
  db: Db;
  notifications: Notifications;
  /** The only source of the Redirect URL and of webhook URLs; never the Host header. */
  publicUrl: URL;
  /** Where to listen. */
  host: string;
  /** 0 takes any free one. */
  port: number;
  version: string;
  /** What people call this instance; shown in the UI. */
  instanceName: string;
  /** `deriveSecret(masterKey, 'session')`. */
  sessionSecret: Secret;
  logger: FastifyBaseLogger;
  now?: (() => Date) | undefined;
  /** The built web application. */
  webRoot?: string | undefined;
  tls?: { cert: string | Buffer; key: string | Buffer } | undefined;
  trustedProxies?: readonly string[] | undefined;
}

/** One instance: everything wired, nothing running until `start`. */
export interface Hub {
  app: HttpApp;
  /** @returns the address it listens on, such as `http://127.0.0.1:8080` */
  start(): Promise<string>;
  /** Lets requests under way end, then frees everything that the hub itself opened. */
  stop(): Promise<void>;
}

export async function createHub(options: HubOptions): Promise<Hub> {
  const { db, publicUrl, logger, version, webRoot, tls, trustedProxies, sessionSecret } = options;
  const now = options.now ?? (() => new Date());
  const instance = { name: options.instanceName, publicUrl: publicUrl.origin, version };

  const events = new EventBus(options.notifications, logger);
  const auditLog = createAuditLog({ now });
  const access = createAccess({ db, auditLog, events, publicUrl, sessionSecret, instance, logger, now });

  const app = await createHttpApp({
    publicUrl,
    logger,
    version,
    webRoot,
    tls,
    trustedProxies,
    sessionCookie,
    authenticate: access.authenticate,
    onDenied: access.onDenied,
  });
  registerMetrics(app);
  registerHealthRoutes(app, [
    { name: 'database', check: async () => void (await sql`select 1`.execute(db)) },
  ]);
  registerEventRoutes(app, events);
  access.registerRoutes(app);
  await app.ready();

  return {
    app,
    async start() {
      await events.start();
      return app.listen({ host: options.host, port: options.port });
    },
    async stop() {
      await app.close();
      events.stop();
    },
  };
}
