import type { FastifyBaseLogger } from 'fastify';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { ToolAccess } from '../tools/tool-access.ts';
import { registerDiscoveryRoutes } from './discovery-routes.ts';
import { createDiscoveryService } from './discovery-service.ts';
import { DiscoveryWorker, type DiscoveryWorkerOptions } from './discovery-worker.ts';
import { registerInventoryRoutes } from './inventory-routes.ts';
import { RunAnnouncer } from './run-announcer.ts';
import { registerTrackingRoutes } from './tracking-routes.ts';
import { createTrackingService } from './tracking-service.ts';

export interface DiscoveryOptions extends Pick<DiscoveryWorkerOptions, 'leaseMs' | 'pollMs'> {
  readonly db: Db;
  readonly auditLog: AuditLog;
  readonly events: EventBus;
  readonly access: ToolAccess;
  readonly logger: FastifyBaseLogger;
  readonly now: () => Date;
  readonly random?: () => number;
}

export interface Discovery {
  registerRoutes(app: HttpApp): void;
  /** Begins to work on runs, those first that another instance or an earlier start left. */
  start(): void;
  /** Runs in hand go back to the queue. */
  stop(): Promise<void>;
}

/** Discovery, tracking and the inventory, put together. */
export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { db, auditLog: audit, events, random = Math.random } = options;
  const announcer = new RunAnnouncer(options);
  const worker = new DiscoveryWorker({ ...options, audit, announcer, random });
  const discovery = createDiscoveryService({ ...options, audit, worker, announcer });
  const tracking = createTrackingService({ db, audit, events });
  return {
    registerRoutes(app) {
      registerDiscoveryRoutes(app, discovery);
      registerTrackingRoutes(app, tracking);
      registerInventoryRoutes(app, db);
    },
    start: () => worker.start(),
    async stop() {
      await worker.stop();
      announcer.stop();
    },
  };
}
