import type { Fetch } from '@lockkeeper/oauth';
import type { Vault } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { AuditLog } from '../access/audit-log.ts';
import type { StoredRegistry } from '../applications/application-registry.ts';
import type { Applications } from '../applications/applications.ts';
import { registerCredentialRoutes } from '../credentials/credential-routes.ts';
import { CredentialService } from '../credentials/credential-service.ts';
import { type CredentialStore, createCredentialStore } from '../credentials/credential-store.ts';
import type { Db } from '../db/database.ts';
import type { DeliveryProof } from '../events/delivery-proof.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { AuthorizationService } from './authorization-service.ts';
import { createAuthorizationStore } from './authorization-store.ts';
import { type CallCredentials, createCallCredentials } from './call-credentials.ts';
import { registerCallbackRoutes } from './callback-routes.ts';
import { registerCanaryAlarmRoutes } from './canary-alarm-routes.ts';
import { CanaryAlarms } from './canary-alarms.ts';
import { registerManagedTokenRoutes } from './managed-token-routes.ts';
import { MidServerWatch } from './mid-server-watch.ts';
import { RefreshElsewhere } from './refresh-elsewhere.ts';
import { RefreshSchedule } from './refresh-schedule.ts';
import { RevocationQueue } from './revocation-queue.ts';
import { createRevocationQueueStore } from './revocation-queue-store.ts';
import { createRevocationStore } from './revocation-store.ts';
import { TakeOverGuard } from './take-over-guard.ts';
import { TokenHistory } from './token-history.ts';
import { createTokenMemory } from './token-memory.ts';
import { TokenMetrics } from './token-metrics.ts';
import { obtainToken } from './token-obtaining.ts';
import { TokenRefresher } from './token-refresher.ts';
import { TokenRevocations } from './token-revocations.ts';
import { registerTokenRoutes } from './token-routes.ts';
import { TokenService } from './token-service.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';
import { fetchForRegistry, type TokenTransport } from './token-transport.ts';
import { UnusedCredentials } from './unused-credentials.ts';
import { UseJournal } from './use-journal.ts';

export interface TokensOptions {
  db: Db;
  vault: Vault;
  auditLog: AuditLog;
  events: EventBus;
  outbox: Outbox;
  /** That no event was missed. */
  proof: DeliveryProof;
  applications: Applications;
  transport: TokenTransport;
  publicUrl: URL;
  logger: FastifyBaseLogger;
  now: () => Date;
  /** From 0 to 1. */
  random?: (() => number) | undefined;
  tokenEndpointTimeoutMs?: number | undefined;
  /** undefined: unused credentials are listed, and that is all. */
  disableUnusedAfterDays?: number | undefined;
}

export interface Tokens {
  credentials: CredentialService;
  tokens: TokenService;
  credentialStore: CredentialStore;
  store: TokenStore;
  /** For calls to tools. */
  calls: CallCredentials;
  schedule: RefreshSchedule;
  /** The way to an authorization server for what no credential asks. */
  fetchForRegistry(registry: StoredRegistry): Promise<Fetch>;
  /** Tells providers what ended here. */
  revocationQueue: RevocationQueue;
  unused: UnusedCredentials;
  /** A MID Server takes connections to authorization servers here from now on. */
  midServerReady(midServerId: string): void;
  registerRoutes(app: HttpApp): void;
  registerMetrics(registry: Registry): void;
  /** Keeps tokens alive from now on. */
  start(): void;
  /**
   * The process ends soon: nothing is begun any more but what somebody waits for. Resolves when what is under way has
   * ended: the answers of providers exist nowhere else.
   */
  drain(): Promise<void>;
  /** After the last request. */
  stop(): Promise<void>;
}

/** Credentials and their tokens, put together. */
export function createTokens(options: TokensOptions): Tokens {
  const { db, auditLog, events, applications, now, random = Math.random } = options;
  const { registries, profiles } = applications;
  const store = createTokenStore(db);
  const credentialStore = createCredentialStore(db);
  const history = new TokenHistory(auditLog, events, options.outbox);
  const revocationStore = createRevocationStore(db);
  const queue = new RevocationQueue({
    ...options,
    store: createRevocationQueueStore(db),
    registries,
    history,
    random,
  });
  const revocations = new TokenRevocations({ ...options, store: revocationStore, queue, audit: auditLog });
  const metrics = new TokenMetrics();
  const parts = {
    ...options,
    metrics,
    store,
    registries,
    profiles,
    history,
    random,
    revocations,
    credentials: credentialStore,
  };
  const guard = new TakeOverGuard();
  const unsubscribe: (() => void)[] = [];
  const refresher = new TokenRefresher({ ...parts, guard, elsewhere: new RefreshElsewhere(parts) });
  const journal = new UseJournal({ ...options, audit: auditLog, store });
  const memory = createTokenMemory(events, options.proof);
  const canaries = new CanaryAlarms({ ...options, audit: auditLog });
  const unused = new UnusedCredentials({
    ...options,
    audit: auditLog,
    disableUnusedAfterDays: options.disableUnusedAfterDays,
  });
  const tokens = new TokenService({
    ...parts,
    canaries,
    refresher,
    memory,
    journal,
    obtain: (credential, caller) => obtainToken(credential, caller, parts),
  });
  const authorizations = new AuthorizationService({
    ...parts,
    tokens: store,
    store: createAuthorizationStore(db),
  });
  const credentials = new CredentialService({
    db,
    store: credentialStore,
    profiles,
    registries,
    tokens,
    audit: auditLog,
    events,
    outbox: options.outbox,
    now,
  });
  const schedule = new RefreshSchedule({ store, tokens, now, logger: options.logger });
  const midServerWatch = new MidServerWatch({ ...options, store, tokens, schedule, queue });
  return {
    credentials,
    tokens,
    credentialStore,
    store,
    calls: createCallCredentials(credentialStore, tokens, journal),
    schedule,
    fetchForRegistry: (registry) => fetchForRegistry(registry, options.transport, credentialStore),
    revocationQueue: queue,
    unused,
    midServerReady: (midServerId) => midServerWatch.ready(midServerId),
    registerRoutes(app) {
      registerCredentialRoutes(app, credentials);
      registerTokenRoutes(app, tokens, authorizations);
      registerCanaryAlarmRoutes(app, canaries);
      registerManagedTokenRoutes(app, db, revocations, now);
      registerCallbackRoutes(app, authorizations, options.publicUrl);
    },
    registerMetrics: (registry) =>
      metrics.register(registry, {
        db,
        now,
        breakers: () => refresher.breakers(),
        journalLagMs: () => journal.lagMs(),
      }),
    start() {
      unsubscribe.push(
        events.onLost(() => guard.lost()),
        events.onGap(() => guard.restored()),
      );
      midServerWatch.start();
      schedule.start();
      queue.start();
      unused.start();
    },
    async drain() {
      refresher.drain();
      await Promise.all([schedule.stop(), queue.stop(), unused.stop(), midServerWatch.stop()]);
      await refresher.settle();
    },
    async stop() {
      for (const end of unsubscribe) end();
      await refresher.settle();
      await journal.flush();
    },
  };
}
