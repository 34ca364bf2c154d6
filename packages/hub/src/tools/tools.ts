import type { ToolDefinition } from '@lockkeeper/tool';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { OriginPolicy } from '../outbound/origin-policy.ts';
import { registerProxyRoutes } from './proxy-routes.ts';
import { createProxyService } from './proxy-service.ts';
import { ToolAccess } from './tool-access.ts';
import type { CallThroughMidServer } from './tool-calls.ts';
import { registerToolRoutes } from './tool-routes.ts';
import { createToolService } from './tool-service.ts';

export interface ToolsOptions {
  readonly db: Db;
  readonly auditLog: AuditLog;
  readonly events: EventBus;
  /** What can be connected; the instance hands it in. */
  readonly definitions: readonly ToolDefinition[];
  readonly call: CallThroughMidServer;
  readonly originPolicy: OriginPolicy;
  readonly now: () => Date;
}

export interface Tools {
  /** For the features that call tools. */
  readonly access: ToolAccess;
  registerRoutes(app: HttpApp): void;
}

/** Tools, put together. */
export function createTools(options: ToolsOptions): Tools {
  const { db, auditLog: audit } = options;
  const access = new ToolAccess(options);
  const tools = createToolService({ ...options, access, audit });
  const proxy = createProxyService({ db, access, audit });
  return {
    access,
    registerRoutes(app) {
      registerToolRoutes(app, tools);
      registerProxyRoutes(app, proxy);
    },
  };
}
