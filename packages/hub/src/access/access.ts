import type { Session } from '@lockkeeper/contract';
import type { Fetch } from '@lockkeeper/oauth';
import type { Secret } from '@lockkeeper/vault';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { DeliveryProof } from '../events/delivery-proof.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import { type Authenticate, actorOf, type RequestPrincipal } from '../http/principal.ts';
import { registerAccountRoutes } from './account-routes.ts';
import { createApiKeyMemory } from './api-key-memory.ts';
import { registerApiKeyRoutes } from './api-key-routes.ts';
import { createApiKeyService } from './api-key-service.ts';
import { registerAuditEntryRoutes } from './audit-entry-routes.ts';
import type { AuditLog } from './audit-log.ts';
import { createAuthenticate } from './authenticate.ts';
import { createConfirmationService } from './confirmation-service.ts';
import { createOwnSessionService } from './own-session-service.ts';
import { createPeopleAuth } from './people-auth.ts';
import type { PasswordHashing } from './people-auth-options.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { createSessionService } from './session-service.ts';
import { SignInLimit } from './sign-in-limit.ts';
import type { SingleSignOn } from './single-sign-on.ts';
import { createSsoProvider } from './sso-provider.ts';
import { registerSsoRoutes, ssoCallbackPath } from './sso-routes.ts';
import { createSsoService } from './sso-service.ts';
import { createTwoFactorService } from './two-factor-service.ts';
import { registerUserRoutes } from './user-routes.ts';
import { createUserService } from './user-service.ts';

export interface AccessOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  proof: DeliveryProof;
  publicUrl: URL;
  /** Derived from the master key, so that a copy of the database opens no session. */
  sessionSecret: Secret;
  instance: Session['instance'];
  logger: FastifyBaseLogger;
  /** The organisation's own sign-in, if there is one. */
  singleSignOn?: SingleSignOn | undefined;
  /** For calls to it. */
  fetch: Fetch;
  now: () => Date;
  passwordHashing?: PasswordHashing | undefined;
}

export interface Access {
  authenticate: Authenticate;
  /** Leaves an audit entry of a request that was refused. */
  onDenied(request: FastifyRequest, principal: RequestPrincipal): Promise<void>;
  registerRoutes(app: HttpApp): void;
}

/** People, sessions, API keys and the audit log, put together. */
export function createAccess(options: AccessOptions): Access {
  const { db, auditLog, events, proof, publicUrl, sessionSecret, instance, logger, singleSignOn, now } =
    options;
  const newSessionId = () => newId('session');
  const { passwordHashing } = options;
  const peopleAuth = createPeopleAuth({
    db,
    publicUrl,
    sessionSecret,
    logger,
    newSessionId,
    passwordHashing,
  });
  const apiKeys = createApiKeyService({
    db,
    auditLog,
    events,
    now,
    memory: createApiKeyMemory(events, proof),
    logger,
  });
  const users = createUserService({ db, auditLog, events, publicUrl, now });
  const people = { db, auditLog, events, peopleAuth, now };
  const codeLimit = new SignInLimit(now);
  const localSignIn = singleSignOn?.localSignIn ?? true;
  const sessions = createSessionService({
    ...people,
    signInLimit: new SignInLimit(now),
    codeLimit,
    instance,
    localSignIn,
  });
  const sso =
    singleSignOn &&
    createSsoService({
      ...people,
      config: singleSignOn,
      provider: createSsoProvider(singleSignOn, {
        fetch: options.fetch,
        redirectUri: new URL(ssoCallbackPath, publicUrl).href,
        now,
      }),
      sessions,
      logger,
    });
  const confirmations = createConfirmationService({ ...people, limit: new SignInLimit(now) });
  const twoFactor = createTwoFactorService({ ...people, confirmations, limit: codeLimit });
  const ownSessions = createOwnSessionService({ db, auditLog, events, now });

  return {
    authenticate: createAuthenticate(db, peopleAuth, apiKeys, now),
    onDenied: (request, principal) => recordDenied(db, auditLog, request, principal),
    registerRoutes(app) {
      registerSessionRoutes(app, sessions, confirmations, {
        password: localSignIn,
        singleSignOn: singleSignOn === undefined ? null : { label: singleSignOn.label },
      });
      registerSsoRoutes(app, sso, publicUrl);
      registerAccountRoutes(app, { ownSessions, confirmations, twoFactor });
      registerUserRoutes(app, users, twoFactor);
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
