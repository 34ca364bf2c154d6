import type { SsoRefusal } from '@lockkeeper/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { EventBus } from '../events/event-bus.ts';
import { HubError } from '../http/hub-error.ts';
import type { RequestPrincipal } from '../http/principal.ts';
import type { AuditLog } from './audit-log.ts';
import type { Client } from './client.ts';
import { hashToken, newOneTimeToken } from './one-time-token.ts';
import { noteAuthenticated } from './own-session-store.ts';
import type { SessionService } from './session-service.ts';
import { isAllowedDomain, rolesOf, type SingleSignOn, type SsoPerson } from './single-sign-on.ts';
import { createSsoSecrets, type SsoProvider } from './sso-provider.ts';
import * as store from './sso-store.ts';
import * as users from './user-store.ts';

/** Long enough for a second factor at the provider. */
const REQUEST_LIFE_MS = 10 * 60_000;
/** How far the provider's clock may be behind ours. */
const CLOCK_SKEW_MS = 60_000;

export interface SsoServiceOptions {
  db: Db;
  auditLog: AuditLog;
  events: EventBus;
  config: SingleSignOn;
  provider: SsoProvider;
  sessions: Pick<SessionService, 'signInAs'>;
  logger: FastifyBaseLogger;
  now: () => Date;
}

export type SsoService = ReturnType<typeof createSsoService>;

export type SsoOutcome =
  | { done: 'signed_in'; setCookie: string[] }
  | { done: 'confirmed' }
  | { refused: SsoRefusal };

/** Signing in at the organisation's own provider, by OpenID Connect. */
export function createSsoService(options: SsoServiceOptions) {
  const { db, auditLog, events, config, provider, sessions, logger, now } = options;
  const providerId = `sso:${config.issuer.href}`;

  return {
    /** @returns where to go, and what the browser has to bring back */
    async begin(
      purpose: 'sign_in' | 'confirm',
      principal: RequestPrincipal | undefined,
    ): Promise<{ authorizationUrl: string; browserToken: string }> {
      if (purpose === 'confirm' && principal?.kind !== 'user') throw new HubError('access.unauthenticated');
      const secrets = createSsoSecrets();
      const browser = newOneTimeToken();
      const authorizationUrl = await provider
        .authorizationUrl(secrets, purpose === 'confirm')
        .catch((cause: unknown) => {
          const detail = 'The organisation’s sign-in cannot be reached. Try again, or tell an administrator.';
          throw new HubError('unavailable', { detail, cause });
        });
      await store.createSsoRequest(db, {
        ...secrets,
        stateHash: hashToken(secrets.state),
        browserHash: browser.hash,
        sessionId: purpose === 'confirm' && principal?.kind === 'user' ? principal.sessionId : null,
        createdAt: now(),
        expiresAt: new Date(now().getTime() + REQUEST_LIFE_MS),
      });
      return { authorizationUrl, browserToken: browser.token.reveal() };
    },

    /** @param answer the address that the provider sent the browser to */
    async finish(answer: URL, browserToken: string | undefined, client: Client): Promise<SsoOutcome> {
      const state = answer.searchParams.get('state') ?? '';
      const request = await store.takeSsoRequest(db, hashToken(state), now());
      // Another browser's answer is none: somebody might be signed in as an attacker without noticing.
      if (request === undefined || !hashToken(browserToken ?? '').equals(request.browserHash)) {
        return { refused: 'expired' };
      }
      let person: SsoPerson;
      try {
        person = await provider.redeem(answer, { ...request, state });
      } catch (error) {
        logger.warn({ err: withoutBody(error) }, 'single sign-on was refused');
        return { refused: 'provider' };
      }
      return request.sessionId === null
        ? signIn(person, client)
        : confirm(person, request.sessionId, request.createdAt, client);
    },
  };

  async function signIn(person: SsoPerson, client: Client): Promise<SsoOutcome> {
    const roles = rolesOf(person.claims, config);
    const found = await db.transaction().execute(async (trx) => {
      await users.lockUsers(trx);
      const linked = await store.findLinkedUser(trx, providerId, person.subject);
      const refused = refusalOf(person, roles.length, linked);
      if (refused !== undefined) return { refused, linked };
      const user = linked ?? (await adopt(trx, person, client));
      if (user === undefined) return { refused: 'email_unverified' as const, linked };
      const changed = user.roles.toSorted().join() !== roles.join();
      await users.updateUser(trx, user.id, { name: person.name, roles, active: user.active }, now());
      if (changed) {
        await users.endSessions(trx, user.id);
        await events.publish({ type: 'principal.ended', principalId: user.id }, trx);
        await record(trx, user, 'user.changed', 'got the roles that the sign-in gives', client, { roles });
      }
      return { userId: user.id };
    });
    if ('refused' in found) {
      await noteRefusal(person, found.refused, found.linked, client);
      return { refused: found.refused };
    }
    const setCookie = await sessions.signInAs(found.userId, client);
    return setCookie === undefined ? { refused: 'inactive' } : { done: 'signed_in', setCookie };
  }

  function refusalOf(
    person: SsoPerson,
    roleCount: number,
    linked: users.UserRow | undefined,
  ): SsoRefusal | undefined {
    if (!isAllowedDomain(person.email, config)) return 'email_domain';
    if (roleCount === 0) return 'no_role';
    return linked !== undefined && !linked.active ? 'inactive' : undefined;
  }

  /** Somebody new, or a person who was here before: their address decides, if the provider vouches for it. */
  async function adopt(trx: Db, person: SsoPerson, client: Client): Promise<users.UserRow | undefined> {
    if (!person.emailVerified) return undefined;
    const existing = await users.findUserByEmail(trx, person.email);
    if (existing === undefined) {
      const user = { id: newId('user'), name: person.name, email: person.email, roles: [] };
      await store.createLinkedUser(trx, user, now());
      await record(trx, user, 'user.created', 'came in by single sign-on', client, { email: person.email });
    }
    const user = existing ?? (await users.findUserByEmail(trx, person.email));
    if (user === undefined || !user.active) return undefined;
    await store.linkUser(trx, user.id, providerId, person.subject);
    if (existing !== undefined) {
      await record(trx, user, 'user.linked', 'was linked to single sign-on', client, { email: person.email });
    }
    return user;
  }

  async function confirm(
    person: SsoPerson,
    sessionId: string,
    begunAt: Date,
    client: Client,
  ): Promise<SsoOutcome> {
    const linked = await store.findLinkedUser(db, providerId, person.subject);
    const owner = await store.findSessionUser(db, sessionId);
    const authenticatedAtMs = (person.authTime ?? 0) * 1000;
    const fresh = authenticatedAtMs >= begunAt.getTime() - CLOCK_SKEW_MS;
    if (linked === undefined || linked.id !== owner || !fresh) return { refused: 'not_confirmed' };
    await db.transaction().execute(async (trx) => {
      await noteAuthenticated(trx, sessionId, now());
      await record(trx, linked, 'session.confirmed', 'proved again who they are', client);
    });
    return { done: 'confirmed' };
  }

  /** Whom the provider gives no role any more may not go on with the session that they have. */
  async function noteRefusal(
    person: SsoPerson,
    refused: SsoRefusal,
    linked: users.UserRow | undefined,
    client: Client,
  ): Promise<void> {
    await db.transaction().execute(async (trx) => {
      if (linked !== undefined) {
        await users.endSessions(trx, linked.id);
        await events.publish({ type: 'principal.ended', principalId: linked.id }, trx);
      }
      await auditLog.record(
        {
          actor: { kind: 'user', id: linked?.id ?? null, name: person.email },
          action: 'session.refused',
          outcome: 'failure',
          subject: { type: 'session', id: null, name: null },
          summary: 'was refused at single sign-on',
          after: { reason: refused },
          requestId: client.requestId,
        },
        trx,
      );
    });
  }

  async function record(
    trx: Db,
    user: { id: string; name: string },
    action: string,
    summary: string,
    { requestId }: Client,
    after: Record<string, unknown> | null = null,
  ): Promise<void> {
    const who = { id: user.id, name: user.name };
    await auditLog.record(
      {
        actor: { kind: 'user', ...who },
        action,
        subject: { type: 'user', ...who },
        summary,
        after,
        requestId,
      },
      trx,
    );
  }
}

/** oauth4webapi keeps the provider's whole answer as the cause, and there may be tokens in it. */
function withoutBody(error: unknown): { name: string; message: string; code: string } {
  if (!(error instanceof Error)) return { name: 'unknown', message: '', code: '' };
  return {
    name: error.name,
    message: error.message,
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
  };
}
