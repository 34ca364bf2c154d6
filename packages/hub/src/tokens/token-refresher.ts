import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthEntityProfile } from '@lockkeeper/contract';
import {
  OAuthError,
  type OAuthErrorCode,
  processRefreshTokenAnswer,
  refreshTokenRequest,
  startExchange,
  type TokenSet,
} from '@lockkeeper/oauth';
import type { Vault } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import { endpointsOf, providerOf, type StoredRegistry } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import type { OAuthEntityProfileService } from '../applications/oauth-entity-profile-service.ts';
import { askAnew, extrasOf, isAskedAnew, scopesAskedBy } from '../applications/token-ask.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { Db } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { ProviderBreaker } from './provider-breaker.ts';
import { type FailedRefresh, judgeFailedRefresh, lostForGood } from './refresh-outcome.ts';
import { Rotations } from './rotations.ts';
import { type StoredToken, tokenPlace } from './token.ts';
import type { TokenHistory } from './token-history.ts';
import type { TokenMetrics } from './token-metrics.ts';
import { noToken, unavailable } from './token-problem.ts';
import type { TokenRevocations } from './token-revocations.ts';
import { sealTokens } from './token-sealing.ts';
import type { TokenStore } from './token-store.ts';
import type { TokenTransport } from './token-transport.ts';
import { toldOfFailure } from './told-of-token.ts';

const SECOND = 1000;
const TOKEN_ENDPOINT_TIMEOUT_MS = 15 * SECOND;
/** The lease outlives the time-out of the request, so that nobody else sends while an answer can still come. */
const LEASE_MS = TOKEN_ENDPOINT_TIMEOUT_MS + 15 * SECOND;
/** How long an instance that was told to end still waits for what another one is at. */
const DRAIN_MS = 20 * SECOND;
const LONGEST_WAIT_MS = LEASE_MS + 5 * SECOND;
/** After a fault of ours, such as a key that is missing: nothing was sent. */
const OWN_FAULT_RETRY_MS = 30 * SECOND;
const SPREAD_MS = 5 * SECOND;
const providerTroubles: ReadonlySet<OAuthErrorCode> = new Set([
  'timeout',
  'unreachable',
  'answer_incomplete',
  'provider_unavailable',
  'rate_limited',
  'mid_server_unreachable',
]);
/** The provider was not even asked, or nobody knows. */
const midServerTroubles: ReadonlySet<OAuthErrorCode> = new Set([
  'mid_server_unavailable',
  'mid_server_refused',
  'mid_server_lost',
]);
/** As long as the new token exists nowhere else; others wait for the lease, and the version fences what comes after. */
const LONGEST_PERSISTENCE_MS = 15 * 60 * SECOND;
const PERSISTENCE_WHILE_STOPPING_MS = 10 * SECOND;
const FIRST_POLL_MS = 25;
const LONGEST_POLL_MS = 500;

export interface TokenRefresherParts {
  db: Db;
  store: TokenStore;
  registries: Pick<ApplicationRegistryService, 'getStored' | 'clientOf'>;
  profiles: Pick<OAuthEntityProfileService, 'get'>;
  vault: Vault;
  history: TokenHistory;
  revocations: Pick<TokenRevocations, 'endLate'>;
  transport: TokenTransport;
  metrics: TokenMetrics;
  now: () => Date;
  random: () => number;
  logger: FastifyBaseLogger;
  tokenEndpointTimeoutMs?: number | undefined;
}

export interface RefreshWish {
  credential: CredentialRecord;
  /** The token to be replaced. */
  token: StoredToken;
  caller: Caller;
  /** Also before the time of the next attempt. */
  isUrgent: boolean;
  /** Whoever only wants it refreshed by somebody does not wait for the one who is at it. */
  leavesToOthers?: boolean;
}

/**
 * Renews tokens, with a refresh token or by asking anew, one request at a time for each credential: within the process by sharing the promise,
 * between processes by a fenced lease in the database.
 */
export class TokenRefresher {
  readonly #parts: TokenRefresherParts;
  readonly #breaker: ProviderBreaker;
  readonly #underWay = new Map<string, { promise: Promise<StoredToken>; leavesToOthers: boolean }>();
  readonly #unsettled = new Set<Promise<StoredToken>>();
  readonly #timeoutMs: number;
  readonly #rotations: Rotations;
  #settlingSinceMs = Number.POSITIVE_INFINITY;
  #drainUntilMs = Number.POSITIVE_INFINITY;

  constructor(parts: TokenRefresherParts) {
    this.#parts = parts;
    this.#rotations = new Rotations(parts);
    this.#breaker = new ProviderBreaker(parts.now);
    this.#timeoutMs = parts.tokenEndpointTimeoutMs ?? TOKEN_ENDPOINT_TIMEOUT_MS;
  }

  /**
   * The token after a refresh, by whomever it was done.
   *
   * @throws HubError `token.unavailable`, `token.needs_authorization`, `token.revoked`, `token.not_refreshable`
   */
  refresh(wish: RefreshWish): Promise<StoredToken> {
    const { id } = wish.credential;
    const existing = this.#underWay.get(id);
    // Whoever needs the token does not share the attempt of one who would leave it to another instance.
    if (existing && (wish.leavesToOthers === true || !existing.leavesToOthers)) return existing.promise;
    const promise = this.#refresh(wish).finally(() => {
      if (this.#underWay.get(id) === started) this.#underWay.delete(id);
      this.#unsettled.delete(promise);
    });
    const started = { promise, leavesToOthers: wish.leavesToOthers === true };
    this.#underWay.set(id, started);
    this.#unsettled.add(promise);
    return promise;
  }

  /** Providers that did not answer lately, by origin, and whether they are left alone. */
  breakers(): ReadonlyMap<string, boolean> {
    return this.#breaker.states();
  }

  /** Nobody begins to refresh so late that the end of the process would cut it off. */
  drain(): void {
    this.#drainUntilMs = performance.now() + DRAIN_MS;
  }

  /** Resolves when nothing is on its way any more: an answer that is not waited for is lost. */
  async settle(): Promise<void> {
    this.#settlingSinceMs = performance.now();
    await Promise.allSettled(this.#unsettled);
  }

  async #refresh(wish: RefreshWish): Promise<StoredToken> {
    const { store, now } = this.#parts;
    const waitUntilMs = performance.now() + LONGEST_WAIT_MS;
    const leaseMs = this.#timeoutMs + LEASE_MS - TOKEN_ENDPOINT_TIMEOUT_MS;
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS)) {
      const { version } = wish.token;
      const attempt = await store.takeLease(wish.credential.id, {
        version,
        leaseMs,
        now: now(),
        isUrgent: wish.isUrgent,
      });
      switch (attempt.kind) {
        case 'renewed':
          return attempt.token;
        case 'not_refreshable':
          throw noToken(attempt.token);
        case 'backing_off':
          throw unavailable(attempt.token, now());
        case 'leased':
          return this.#withLease(wish, attempt.token, attempt.leaseId);
        case 'held':
          if (wish.leavesToOthers === true || performance.now() > Math.min(waitUntilMs, this.#drainUntilMs))
            throw unavailable(wish.token, now());
          await sleep(pollMs);
      }
    }
  }

  async #withLease(wish: RefreshWish, token: StoredToken, leaseId: string): Promise<StoredToken> {
    const { store, registries, profiles, transport, metrics, now, random } = this.#parts;
    const lost = lostForGood(token, now());
    if (lost) return this.#failed(wish, token, leaseId, lost);
    let registry: StoredRegistry;
    let profile: OAuthEntityProfile;
    let tokens: TokenSet;
    let origin: string | undefined;
    let startedMs = performance.now();
    try {
      [registry, profile] = await Promise.all([
        registries.getStored(wish.credential.profile.applicationRegistryId),
        profiles.get(wish.credential.profileId),
      ]);
      const asked = `${new URL(registry.tokenUrl).origin} ${transport.wayOf(wish.credential)}`;
      const pausedUntil = wish.isUrgent ? undefined : this.#breaker.pausedUntil(asked);
      if (pausedUntil !== undefined) return await this.#leaveAlone(token, leaseId, pausedUntil);
      origin = asked;
      startedMs = performance.now();
      tokens = await this.#exchange(wish.credential, registry, profile, token, leaseId);
      this.#breaker.answered(origin);
      metrics.noteRefresh(origin, 'refreshed', performance.now() - startedMs);
    } catch (error) {
      if (!(error instanceof OAuthError)) {
        if (origin !== undefined) this.#breaker.undecided(origin);
        await store.release(token, leaseId, new Date(now().getTime() + OWN_FAULT_RETRY_MS));
        throw error;
      }
      const provider = providerOf(wish.credential.profile);
      const isProviderDown = origin !== undefined && this.#tellBreaker(origin, error);
      const failed = judgeFailedRefresh(token, error, provider, now(), random(), isProviderDown);
      const outcome = failed.state === 'available' ? 'failed' : failed.state;
      if (origin !== undefined) metrics.noteRefresh(origin, outcome, performance.now() - startedMs);
      return this.#failed(wish, token, leaseId, failed);
    }
    return this.#rotated(wish, token, registry, profile, tokens);
  }

  /** Not sent, so nothing is uncertain: it is due again when the provider may be asked again, spread a little. */
  async #leaveAlone(token: StoredToken, leaseId: string, until: Date): Promise<never> {
    const { store, now, random } = this.#parts;
    const retryAt = new Date(until.getTime() + random() * SPREAD_MS);
    await store.release(token, leaseId, retryAt);
    throw unavailable({ ...token, retryAt }, now());
  }

  /** @returns whether the provider as a whole is in trouble */
  #tellBreaker(origin: string, { code, retryAfterMs }: OAuthError): boolean {
    if (midServerTroubles.has(code)) this.#breaker.undecided(origin);
    else if (!providerTroubles.has(code)) this.#breaker.answered(origin);
    else this.#breaker.failed(origin, retryAfterMs);
    return this.#breaker.isOpen(origin);
  }

  async #exchange(
    credential: CredentialRecord,
    registry: StoredRegistry,
    profile: OAuthEntityProfile,
    token: StoredToken,
    leaseId: string,
  ): Promise<TokenSet> {
    const { store, registries, transport, now } = this.#parts;
    const refreshToken = await this.#openRefreshToken(token);
    const client = await registries.clientOf(registry, token.grantType);
    if (!(await store.markSent(token, leaseId, this.#timeoutMs))) throw unavailable(token, now());
    const fetch = transport.fetchFor(credential, registry);
    const exchange = startExchange({ fetch, now, timeoutMs: this.#timeoutMs });
    if (refreshToken === undefined) return askAnew(registry, profile, client, exchange);
    const endpoints = endpointsOf(registry);
    const extras = extrasOf(profile);
    const response = await refreshTokenRequest(endpoints, client, refreshToken, exchange, extras);
    return processRefreshTokenAnswer(endpoints, client, providerOf(registry), response, exchange);
  }

  /** `undefined` where the grant needs none. */
  async #openRefreshToken(token: StoredToken): Promise<string | undefined> {
    if (isAskedAnew(token.grantType)) return undefined;
    if (!token.refreshToken) throw noToken(token);
    const place = tokenPlace(token.id, 'refresh_token', token.refreshToken.version);
    return (await this.#parts.vault.open(token.refreshToken.sealed, place)).reveal();
  }

  /** The provider has rotated: from here on the new tokens exist nowhere but in this process. */
  async #rotated(
    { credential, caller }: RefreshWish,
    token: StoredToken,
    registry: StoredRegistry,
    profile: OAuthEntityProfile,
    tokens: TokenSet,
  ): Promise<StoredToken> {
    const { revocations, logger } = this.#parts;
    const { grantType } = token;
    const place = { tokenId: token.id, version: token.version + 1, grantType };
    const sealed = {
      ...(await sealTokens(tokens, place, registry, providerOf(registry), token, this.#parts)),
      scopesAsked: isAskedAnew(grantType) ? scopesAskedBy(profile) : undefined,
    };
    const rotation = { credential, caller, token, tokens: sealed };
    const isCurrent = await this.#persistently(() => this.#rotations.store(rotation));
    if (!isCurrent) {
      const isEnded = await this.#persistently(() => revocations.endLate(place, sealed));
      const what = isEnded ? 'it ended meanwhile and is revoked at the provider' : 'another is current';
      logger.info({ credentialId: credential.id }, `a refreshed token came too late: ${what}`);
    }
    return this.#current(credential.id);
  }

  async #failed(
    { credential, caller }: RefreshWish,
    token: StoredToken,
    leaseId: string,
    failed: FailedRefresh,
  ): Promise<StoredToken> {
    const { db, store, history, now } = this.#parts;
    await db.transaction().execute(async (trx) => {
      if (!(await store.fail(token, leaseId, failed, now(), trx))) return;
      await history.announce(credential, failed.state, trx);
      const after = {
        code: failed.problem.code,
        detail: failed.problem.detail,
        retryAt: failed.retryAt ?? null,
        secretSent: failed.secretSent,
      };
      await history.record(
        credential,
        {
          ...describe(failed, credential),
          outcome: 'failure',
          after,
          tells: toldOfFailure(credential, token, failed),
        },
        caller,
        trx,
      );
    });
    const current = await this.#current(credential.id);
    // Meanwhile somebody consented, or another's late answer was accepted.
    if (current.version !== token.version && current.accessToken) return current;
    if (current.state === 'needs_authorization' || current.state === 'revoked') throw noToken(current);
    throw unavailable(current, now());
  }

  /** A database that restarts must not cost a token that the provider has issued already. */
  async #persistently<T>(write: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await write();
      } catch (error) {
        const isStopping = performance.now() - this.#settlingSinceMs > PERSISTENCE_WHILE_STOPPING_MS;
        if (isStopping || performance.now() - startedMs > LONGEST_PERSISTENCE_MS) throw error;
        if (Number.isInteger(Math.log2(attempt))) {
          const told = 'a refreshed token could not be stored; trying again until it is';
          this.#parts.logger.warn({ err: error, attempt }, told);
        }
        await sleep(Math.min(100 * 2 ** attempt, LONGEST_POLL_MS));
      }
    }
  }

  async #current(credentialId: string): Promise<StoredToken> {
    const token = await this.#parts.store.find(credentialId);
    if (!token || token.state === 'revoked') throw noToken(token);
    return token;
  }
}

function describe(failed: FailedRefresh, { name }: CredentialRecord) {
  switch (failed.state) {
    case 'needs_authorization':
      return {
        action: 'token.needs_authorization',
        summary: `can refresh the token of ${name} no more`,
      } as const;
    case 'uncertain':
      return {
        action: 'token.uncertain',
        summary: `does not know whether the token of ${name} was refreshed`,
      } as const;
    case 'available':
      return { action: 'token.refresh_failed', summary: `could not refresh the token of ${name}` } as const;
  }
}
