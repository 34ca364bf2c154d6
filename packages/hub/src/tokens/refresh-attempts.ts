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
import type { Requester } from '../http/caller.ts';
import { Persistence } from './persistence.ts';
import { ProviderBreaker } from './provider-breaker.ts';
import { type FailedRefresh, judgeFailedRefresh, pauseAfterVanished } from './refresh-outcome.ts';
import { RefusedClients } from './refused-clients.ts';
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

export interface RefreshAttemptsParts {
  db: Db;
  store: TokenStore;
  registries: Pick<ApplicationRegistryService, 'getStored' | 'clientOf' | 'noteClientAnswer'>;
  profiles: Pick<OAuthEntityProfileService, 'get'>;
  vault: Vault;
  history: TokenHistory;
  revocations: Pick<TokenRevocations, 'endLate'>;
  transport: TokenTransport;
  metrics: TokenMetrics;
  now: () => Date;
  random: () => number;
  logger: FastifyBaseLogger;
}

/** For whom a token is refreshed. */
export interface RefreshCause {
  credential: CredentialRecord;
  caller: Requester;
  /** Also while the provider is left alone. */
  isUrgent: boolean;
}

/** What the holder of a lease does with it: one request, and what its answer means written down. */
export class RefreshAttempts {
  readonly #parts: RefreshAttemptsParts;
  readonly #breaker: ProviderBreaker;
  readonly #clients: RefusedClients;
  readonly #rotations: Rotations;
  readonly #persistence: Persistence;
  readonly #timeoutMs: number;

  constructor(parts: RefreshAttemptsParts, timeoutMs: number) {
    this.#parts = parts;
    this.#timeoutMs = timeoutMs;
    this.#rotations = new Rotations(parts);
    this.#breaker = new ProviderBreaker(parts.now);
    this.#clients = new RefusedClients(parts);
    this.#persistence = new Persistence(
      parts.logger,
      'a refreshed token could not be stored; trying again until it is',
    );
  }

  /** Providers that did not answer lately, by origin, and whether they are left alone. */
  breakers(): ReadonlyMap<string, boolean> {
    return this.#breaker.states();
  }

  /** The process ends: what cannot be written is not tried for ever. */
  hurry(): void {
    this.#persistence.hurry();
  }

  /** @throws HubError `token.unavailable`, `token.needs_authorization`, `token.revoked`, `token.not_refreshable` */
  async run(wish: RefreshCause, token: StoredToken, leaseId: string): Promise<StoredToken> {
    const { store, registries, profiles, transport, metrics, now, random } = this.#parts;
    const paused = pauseAfterVanished(token, now());
    if (paused) return this.#failed(wish, token, leaseId, paused);
    let registry: StoredRegistry | undefined;
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
      const pausedUntil = wish.isUrgent ? undefined : this.#pausedUntil(asked, registry);
      if (pausedUntil !== undefined) return await this.#leaveAlone(token, leaseId, pausedUntil);
      origin = asked;
      startedMs = performance.now();
      tokens = await this.#exchange(wish.credential, registry, profile, token, leaseId);
      this.#breaker.answered(origin);
      metrics.noteRefresh(origin, 'refreshed', performance.now() - startedMs);
    } catch (error) {
      if (!(error instanceof OAuthError)) {
        if (origin !== undefined) this.#breaker.undecided(origin);
        if (registry !== undefined) this.#clients.undecided(registry);
        await store.release(token, leaseId, new Date(now().getTime() + OWN_FAULT_RETRY_MS));
        throw error;
      }
      const provider = providerOf(wish.credential.profile);
      const isProviderDown = origin !== undefined && this.#tellBreaker(origin, error);
      const failed = judgeFailedRefresh(token, error, provider, now(), random(), isProviderDown);
      if (registry !== undefined) await this.#tellClients(registry, error);
      const outcome = failed.state === 'available' ? 'failed' : failed.state;
      if (origin !== undefined) metrics.noteRefresh(origin, outcome, performance.now() - startedMs);
      return this.#failed(wish, token, leaseId, failed);
    }
    const rotated = await this.#rotated(wish, token, registry, profile, tokens);
    await this.#clients.accepted(registry);
    return rotated;
  }

  /** @returns until when its provider is left alone, or the provider as far as this registry is concerned */
  #pausedUntil(origin: string, registry: StoredRegistry): { until: Date; why: string } | undefined {
    const refused = this.#clients.pausedUntil(registry);
    if (refused !== undefined) {
      const why = `The provider refuses the client of the Application Registry ${registry.name}: see Validate there.`;
      return { until: refused, why };
    }
    const silent = this.#breaker.pausedUntil(origin);
    if (silent === undefined) return undefined;
    this.#clients.undecided(registry);
    return { until: silent, why: 'The provider did not answer lately, and is asked again soon.' };
  }

  async #tellClients(registry: StoredRegistry, error: OAuthError): Promise<void> {
    if (error.code === 'client_refused') await this.#clients.refused(registry, error);
    else if (error.code === 'invalid_grant') await this.#clients.accepted(registry);
    else this.#clients.undecided(registry);
  }

  /** Not sent, so nothing is uncertain: it is due again when the provider may be asked again, spread a little. */
  async #leaveAlone(
    token: StoredToken,
    leaseId: string,
    { until, why }: { until: Date; why: string },
  ): Promise<never> {
    const { store, now, random } = this.#parts;
    const retryAt = new Date(until.getTime() + random() * SPREAD_MS);
    await store.release(token, leaseId, retryAt);
    throw unavailable({ ...token, retryAt }, now(), why);
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
    { credential, caller }: RefreshCause,
    token: StoredToken,
    registry: StoredRegistry,
    profile: OAuthEntityProfile,
    tokens: TokenSet,
  ): Promise<StoredToken> {
    const { revocations, logger } = this.#parts;
    const { grantType } = token;
    const place = { tokenId: token.id, version: token.version + 1, grantType };
    // The key ring may look into the database for the key to seal with.
    const seal = () => sealTokens(tokens, place, registry, providerOf(registry), token, this.#parts);
    const sealed = {
      ...(await this.#persistence.until(seal)),
      scopesAsked: isAskedAnew(grantType) ? scopesAskedBy(profile) : undefined,
    };
    const rotation = { credential, caller, token, tokens: sealed };
    const isCurrent = await this.#persistence.until(() => this.#rotations.store(rotation));
    if (!isCurrent) {
      const isEnded = await this.#persistence.until(() => revocations.endLate(place, sealed));
      const what = isEnded ? 'it ended meanwhile and is revoked at the provider' : 'another is current';
      logger.info({ credentialId: credential.id }, `a refreshed token came too late: ${what}`);
    }
    return this.#current(credential.id);
  }

  async #failed(
    { credential, caller }: RefreshCause,
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
