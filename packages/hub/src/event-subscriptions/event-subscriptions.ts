import type { Fetch } from '@lockkeeper/oauth';
import type { Vault } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { Notifications } from '../db/notifications.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Outbox } from '../events/outbox.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { OriginPolicy } from '../outbound/origin-policy.ts';
import { createDeliveryClaims } from './delivery-claims.ts';
import { EventCleanUp } from './event-clean-up.ts';
import { registerEventDeliveryRoutes } from './event-delivery-routes.ts';
import { EventDeliveryService } from './event-delivery-service.ts';
import { createEventDeliveryStore } from './event-delivery-store.ts';
import { EventDispatcher } from './event-dispatcher.ts';
import { createEventMetrics } from './event-metrics.ts';
import { registerEventSubscriptionRoutes } from './event-subscription-routes.ts';
import { EventSubscriptionService } from './event-subscription-service.ts';
import { createEventSubscriptionStore } from './event-subscription-store.ts';

export interface EventSubscriptionsOptions {
  db: Db;
  vault: Vault;
  auditLog: AuditLog;
  events: EventBus;
  notifications: Notifications;
  outbox: Outbox;
  policy: OriginPolicy;
  fetch: Fetch;
  metrics: Registry;
  version: string;
  logger: FastifyBaseLogger;
  now: () => Date;
  /** From 0 to 1. */
  random?: (() => number) | undefined;
  attemptTimeoutMs?: number | undefined;
  leaseMs?: number | undefined;
}

export interface EventSubscriptions {
  subscriptions: EventSubscriptionService;
  dispatcher: EventDispatcher;
  cleanUp: EventCleanUp;
  registerRoutes(app: HttpApp): void;
  /** Delivers from now on. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Events to receivers of the customer's own, put together. */
export function createEventSubscriptions(options: EventSubscriptionsOptions): EventSubscriptions {
  const { db, auditLog: audit, now, random = Math.random } = options;
  const deliveries = createEventDeliveryStore(db);
  const store = createEventSubscriptionStore(db);
  const sending = {
    fetch: options.fetch,
    userAgent: `Lockkeeper/${options.version}`,
    now,
    timeoutMs: options.attemptTimeoutMs,
  };
  const subscriptions = new EventSubscriptionService({ ...options, store, deliveries, audit, sending });
  const deliveryService = new EventDeliveryService({
    db,
    store: deliveries,
    subscriptions: store,
    audit,
    now,
  });
  const dispatcher = new EventDispatcher({
    ...options,
    claims: createDeliveryClaims(db),
    deliveries,
    subscriptions: store,
    audit,
    metrics: createEventMetrics(options.metrics, deliveries, now),
    sending,
    random,
  });
  const cleanUp = new EventCleanUp({ ...options, deliveries, subscriptions: store });
  return {
    subscriptions,
    dispatcher,
    cleanUp,
    registerRoutes(app) {
      registerEventSubscriptionRoutes(app, subscriptions);
      registerEventDeliveryRoutes(app, deliveryService);
    },
    async start() {
      await dispatcher.start();
      cleanUp.start();
    },
    async stop() {
      await dispatcher.stop();
      await cleanUp.stop();
    },
  };
}
