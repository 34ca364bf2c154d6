import { hostname } from 'node:os';
import process from 'node:process';
import type { ToolDefinition } from '@lockkeeper/tool';
import { createVault, type MasterKeys } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import { sql } from 'kysely';
import { createAccess } from './access/access.ts';
import { createAuditLog } from './access/audit-log.ts';
import { type PasswordHashing, sessionCookie } from './access/people-auth-options.ts';
import type { SingleSignOn } from './access/single-sign-on.ts';
import { createApplications } from './applications/applications.ts';
import type { Db } from './db/database.ts';
import type { Notifications } from './db/notifications.ts';
import { startClock } from './db/start-clock.ts';
import { createDiscovery } from './discovery/discovery.ts';
import { createEventSubscriptions } from './event-subscriptions/event-subscriptions.ts';
import { DeliveryProof } from './events/delivery-proof.ts';
import { EventBus } from './events/event-bus.ts';
import { registerEventRoutes } from './events/event-routes.ts';
import { createOutbox } from './events/outbox.ts';
import { registerExpiryMetrics } from './expiries/expiry-metrics.ts';
import { registerExpiryRoutes } from './expiries/expiry-routes.ts';
import { ExpiryWarnings } from './expiries/expiry-warnings.ts';
import { registerClockMetrics } from './http/clock-metrics.ts';
import { registerHealthRoutes } from './http/health-routes.ts';
import { createHttpApp } from './http/http-app.ts';
import type { HttpApp } from './http/http-app-type.ts';
import { registerMetrics } from './http/metrics.ts';
import { loadInstanceSecret } from './keys/instance-secret.ts';
import { KeyPresence } from './keys/key-presence.ts';
import { openKeyRing } from './keys/open-key-ring.ts';
import { createMidServers } from './mid-servers/mid-servers.ts';
import { createTunnelFetch } from './mid-servers/tunnel-fetch.ts';
import { createOriginPolicy } from './outbound/origin-policy.ts';
import { createOutboundFetch } from './outbound/outbound-fetch.ts';
import { createTokenTransport } from './tokens/token-transport.ts';
import { createTokens, type Tokens } from './tokens/tokens.ts';
import { createCallThroughMidServer } from './tools/call-through-mid-server.ts';
import { registerCredentialTestRoutes } from './tools/credential-test-routes.ts';
import { CredentialTestService } from './tools/credential-test-service.ts';
import { createTools } from './tools/tools.ts';
import { untilEnded } from './until-ended.ts';

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
  /** Wrap the data keys. Read again when keys were rotated meanwhile. */
  masterKeys: () => Promise<MasterKeys>;
  /** Exact origins for which the https rule and the address checks are lifted. */
  allowOrigins: readonly string[];
  /** The name of this process among all on this database; its host and number if absent. */
  instanceId?: string | undefined;
  /** Every kind of tool that this instance can talk to. */
  tools: readonly ToolDefinition[];
  logger: FastifyBaseLogger;
  /** The organisation's own sign-in. */
  singleSignOn?: SingleSignOn | undefined;
  /** The database's time if absent; a test has its own. */
  now?: (() => Date) | undefined;
  /** Credentials that nobody used for so long are deactivated; undefined only lists them. */
  disableUnusedAfterDays?: number | undefined;
  /** The built web application. */
  webRoot?: string | undefined;
  tls?: { cert: string | Buffer; key: string | Buffer } | undefined;
  trustedProxies?: readonly string[] | undefined;
  /** Certificates that are trusted of authorization servers; the usual ones if absent. */
  ca?: readonly string[] | undefined;
  /** Replaced in tests only. */
  passwordHashing?: PasswordHashing | undefined;
}

/** One instance: everything wired, nothing running until `start`. */
export interface Hub {
  app: HttpApp;
  /** Credentials and tokens, for programs in the same process. */
  tokens: Tokens;
  warnings: ExpiryWarnings;
  /** @returns the address it listens on, such as `http://127.0.0.1:8080` */
  start(): Promise<string>;
  /** Lets requests under way end, then frees everything that the hub itself opened. */
  stop(): Promise<void>;
}

export async function createHub(options: HubOptions): Promise<Hub> {
  const { db, publicUrl, logger, version, webRoot, tls, trustedProxies } = options;
  const clock = options.now === undefined ? await startClock(db, logger) : undefined;
  const now = clock?.now ?? options.now ?? (() => new Date());
  const instance = {
    name: options.instanceName,
    publicUrl: publicUrl.origin,
    version,
    get clockSkewSeconds() {
      return Math.round((clock?.skewMs() ?? 0) / 100) / 10;
    },
  };

  const keyRing = await openKeyRing(db, options.masterKeys);
  const vault = createVault(keyRing);
  const instanceId = options.instanceId ?? `${hostname()}-${process.pid}`;
  const keyPresence = new KeyPresence({
    db,
    keyRing,
    notifications: options.notifications,
    instanceId,
    logger,
  });
  const policy = createOriginPolicy(options.allowOrigins);
  const outbound = createOutboundFetch({ policy, ca: options.ca });

  const events = new EventBus(options.notifications, logger);
  const askTime = () => events.roundTrip();
  const proof = new DeliveryProof(async () => {
    await (clock ? clock.observe(askTime) : askTime());
  });
  const auditLog = createAuditLog({ now });
  const outbox = createOutbox({ now });
  const sessionSecret = await loadInstanceSecret(db, vault, 'session');
  const access = createAccess({
    db,
    auditLog,
    events,
    publicUrl,
    proof,
    sessionSecret,
    instance,
    logger,
    singleSignOn: options.singleSignOn,
    fetch: outbound.fetch,
    now,
    passwordHashing: options.passwordHashing,
  });
  const applications = createApplications({
    db,
    vault,
    auditLog,
    events,
    outbox,
    policy,
    fetch: outbound.fetch,
    fetchFor: (registry) => tokens.fetchForRegistry(registry),
    publicUrl,
    now,
  });
  const transport = createTokenTransport({
    direct: outbound.fetch,
    viaMidServer: (credential, registry) => tunnelFetch(credential, registry),
    reach: () => midServers.sessions.reach(),
  });
  const tokens = createTokens({
    disableUnusedAfterDays: options.disableUnusedAfterDays,
    db,
    vault,
    auditLog,
    events,
    outbox,
    proof,
    applications,
    transport,
    publicUrl,
    logger,
    now,
  });
  const warnings = new ExpiryWarnings({ db, audit: auditLog, events, outbox, now, logger });
  const midServers = await createMidServers({
    db,
    vault,
    audit: auditLog,
    events,
    outbox,
    logger,
    publicUrl,
    instance: instanceId,
    credentials: tokens.calls,
    now,
    onReady: tokens.midServerReady,
  });
  const tunnelFetch = createTunnelFetch({ tunnels: midServers.tunnels, policy, ca: options.ca });
  const tools = createTools({
    db,
    auditLog,
    events,
    definitions: options.tools,
    call: createCallThroughMidServer(midServers.calls),
    originPolicy: policy,
    now,
  });
  const credentialTest = new CredentialTestService({
    transport,
    db,
    audit: auditLog,
    credentials: tokens.credentialStore,
    registries: applications.registries,
    tokens: tokens.tokens,
    store: tokens.store,
    access: tools.access,
    publicUrl,
    now,
  });
  const discovery = createDiscovery({ db, auditLog, events, access: tools.access, logger, now });

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
    clock,
    idempotency: { db, secret: await loadInstanceSecret(db, vault, 'idempotency'), now },
  });
  const metrics = registerMetrics(app);
  if (clock) registerClockMetrics(metrics, clock);
  tokens.registerMetrics(metrics);
  registerExpiryMetrics(metrics, db, now);
  const checks = [{ name: 'database', check: async () => void (await sql`select 1`.execute(db)) }];
  registerHealthRoutes(app, checks, () => clock?.skewMs() ?? 0);
  const eventSubscriptions = createEventSubscriptions({
    db,
    vault,
    auditLog,
    events,
    notifications: options.notifications,
    outbox,
    policy,
    fetch: outbound.fetch,
    metrics,
    version,
    logger,
    now,
  });
  registerEventRoutes(app, events);
  access.registerRoutes(app);
  applications.registerRoutes(app);
  tokens.registerRoutes(app);
  registerExpiryRoutes(app, db, now);
  midServers.registerRoutes(app);
  tools.registerRoutes(app);
  registerCredentialTestRoutes(app, credentialTest);
  discovery.registerRoutes(app);
  eventSubscriptions.registerRoutes(app);
  await app.ready();

  return {
    app,
    tokens,
    warnings,
    async start() {
      await keyPresence.start();
      await events.start();
      await midServers.start(app.server);
      const address = await app.listen({ host: options.host, port: options.port });
      // Not before: MID Servers of others open a session here at once.
      await events.publish({ type: 'instance.started' }, db);
      tokens.start();
      warnings.start();
      discovery.start();
      await eventSubscriptions.start();
      return address;
    },
    async stop() {
      const ended = (what: string, ending: Promise<unknown>) => untilEnded(what, ending, logger);
      // At once: while one thing comes to its end, nothing else may begin anew.
      await Promise.all([
        ended('requests that it answers', app.close()),
        Promise.all([
          ended('refreshes under way', tokens.drain()),
          ended('events that it delivers', eventSubscriptions.stop()),
          ended('discoveries', discovery.stop()),
          ended('warnings of expiries', warnings.stop()),
          // Afterwards: refreshes under way may go through MID Servers. Their connections keep the server open.
        ]).then(() => ended('MID Servers', midServers.stop())),
      ]);
      await ended('refreshes under way and the journal of uses', tokens.stop());
      events.stop();
      await ended('the database to forget its keys', keyPresence.stop());
      clock?.stop();
      await outbound.close();
    },
  };
}
