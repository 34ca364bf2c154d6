import type { Session } from '@lockkeeper/contract';
import type { Secret } from '@lockkeeper/vault';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { type Authenticate, actorOf, type RequestPrincipal } from '../http/principal.ts';
import { registerApiKeyRoutes } from './api-key-routes.ts';
import { createApiKeyService } from './api-key-service.ts';
import { registerAuditEntryRoutes } from './audit-entry-routes.ts';
import type { AuditLog } from './audit-log.ts';
import { createAuthenticate } from './authenticate.ts';
import { createPeopleAuth } from './people-auth.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { createSessionService } from './session-service.ts';
import { SignInLimit } from './sign-in-limit.ts';
import { registerUserRoutes } from './user-routes.ts';
import { createUserService } from './user-service.ts';

export interface AccessOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  publicUrl: URL;
  /** Derived from the master key, so that a copy of the database opens no session. */
  sessionSecret: Secret;
  instance: Session['instance'];
  logger: FastifyBaseLogger;
  now: () => Date;
}

export interface Access {
  authenticate: Authenticate;
  /** Leaves an audit entry of a request that was refused. */
  onDenied(request: FastifyRequest, principal: RequestPrincipal): Promise<void>;
  registerRoutes(app: HttpApp): void;
}

/** People, sessions, API keys and the audit log, put together. */
export function createAccess(options: AccessOptions): Access {
  const { db, auditLog, events, publicUrl, sessionSecret, instance, logger, now } = options;
  const newSessionId = () => newId('session');
  const peopleAuth = createPeopleAuth({ db, publicUrl, sessionSecret, logger, newSessionId });
  const apiKeys = createApiKeyService({ db, auditLog, events, now });
  const users = createUserService({ db, auditLog, events, publicUrl, now });
  const signInLimit = new SignInLimit(now);
  const sessions = createSessionService({ db, auditLog, events, peopleAuth, signInLimit, instance, now });

  return {
    authenticate: createAuthenticate(db, peopleAuth, apiKeys),
    onDenied: (request, principal) => recordDenied(db, auditLog, request, principal),
    registerRoutes(app) {
      registerSessionRoutes(app, sessions);
      registerUserRoutes(app, users);
      registerApiKeyRoutes(app, apiKeys);
      registerAuditEntryRoutes(app, db, auditLog);
    },
  };
}

async function recordDenied(
  db: Db,
  auditLog: AuditLog,
  request: FastifyRequest,
  principal: RequestPrincipal,
): Promise<void> {
  const route = `${request.method} ${request.routeOptions.url ?? ''}`;
  await auditLog.record(
    {
      actor: actorOf(principal),
      action: 'access.denied',
      outcome: 'failure',
      subject: { type: 'route', id: null, name: route },
      summary: `was denied ${route}`,
      after: { roles: principal.roles },
      requestId: request.id,
    },
    db,
  );
}
