import { randomBytes } from 'node:crypto';
import { type AuthorizationStarted, requestId as requestIdSchema } from '@lockkeeper/contract';
import {
  authorizationCodeRequest,
  buildAuthorizationUrl,
  callbackState,
  createAuthorizationSecrets,
  judgeCallback,
  OAuthError,
  processAuthorizationCodeAnswer,
  startExchange,
} from '@lockkeeper/oauth';
import { Secret, type Vault } from '@lockkeeper/vault';
import type { FastifyBaseLogger } from 'fastify';
import {
  endpointsOf,
  providerOf,
  redirectUrlOf,
  type StoredRegistry,
} from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import type { OAuthEntityProfileService } from '../applications/oauth-entity-profile-service.ts';
import { extrasOf, scopesAskedBy } from '../applications/token-ask.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { CredentialStore } from '../credentials/credential-store.ts';
import type { Db } from '../db/database.ts';
import { callerFor, systemCaller } from '../http/caller.ts';
import { found, HubError } from '../http/hub-error.ts';
import { hasAnyRole, type RequestPrincipal } from '../http/principal.ts';
import { findAuthorizationRefusal } from './authorization-preflight.ts';
import { type AuthorizationRequestRow, type AuthorizationStore, stateHash } from './authorization-store.ts';
import { type CallbackRefusal, explainOAuthError, refusalExplanations } from './callback-explanations.ts';
import type { CallbackPage } from './callback-page.ts';
import {
  anonymousPage,
  anonymousResult,
  errorPage,
  plain,
  refusalPage,
  successPage,
} from './callback-pages.ts';
import type { StoredToken } from './token.ts';
import type { TokenHistory } from './token-history.ts';
import { sealTokens } from './token-sealing.ts';
import type { TokenStore } from './token-store.ts';
import type { TokenTransport } from './token-transport.ts';
import { tokenAvailable } from './told-of-token.ts';

export interface AuthorizationServiceParts {
  db: Db;
  store: AuthorizationStore;
  tokens: TokenStore;
  credentials: CredentialStore;
  registries: Pick<ApplicationRegistryService, 'getStored' | 'clientOf'>;
  profiles: Pick<OAuthEntityProfileService, 'get'>;
  vault: Vault;
  history: TokenHistory;
  transport: TokenTransport;
  now: () => Date;
  random: () => number;
  publicUrl: URL;
  logger: FastifyBaseLogger;
}

export interface Callback {
  parameters: URLSearchParams;
  /** The registry id of the path, for a distinct Redirect URL. */
  registryId: string | undefined;
  principal: RequestPrincipal | undefined;
  requestId: string;
}

const MINUTE = 60_000;
const FLOW_LIFE_MS = 10 * MINUTE;
const RESULT_LIFE_MS = 15 * MINUTE;
const EXCHANGE_TIMEOUT_MS = 15_000;

/** Get OAuth Token: from the authorization URL to the tokens in the vault. */
export class AuthorizationService {
  readonly #parts: AuthorizationServiceParts;

  constructor(parts: AuthorizationServiceParts) {
    this.#parts = parts;
  }

  /**
   * @throws HubError `oauth.browser_needed`, `credential.inactive`, and `oauth.…` when the provider would not even ask
   * for consent
   */
  async begin(credentialId: string, principal: RequestPrincipal): Promise<AuthorizationStarted> {
    if (principal.kind !== 'user') {
      throw new HubError('oauth.browser_needed', {
        detail: 'Consent is bound to a signed-in browser; an API key has none.',
      });
    }
    const { store, credentials, registries, profiles, now, publicUrl } = this.#parts;
    const credential = found(await credentials.find(credentialId), 'credential');
    const registry = await registries.getStored(credential.profile.applicationRegistryId);
    if (!registry.active) {
      throw new HubError('credential.inactive', { detail: `${registry.name} is not active.` });
    }
    const profile = await profiles.get(credential.profileId);
    const scopes = scopesAskedBy(profile);
    const secrets = createAuthorizationSecrets(randomBytes, registry.codeChallengeMethod);
    const redirectUri = redirectUrlOf(registry, publicUrl);
    if (registry.authorizationUrl === null)
      throw new Error(`${registry.id} has a profile for consent and no URL for it`);
    const authorizationUrl = buildAuthorizationUrl({
      authorizationUrl: registry.authorizationUrl,
      clientId: registry.clientId,
      redirectUri,
      scopes,
      scopeSeparator: providerOf(registry).scopeSeparator,
      secrets,
      extras: { parameters: profile.authorizationParameters, resources: profile.resources },
    });
    await this.#refuseHopeless(authorizationUrl, credential, registry, redirectUri);
    const startedAt = now();
    const expiresAt = new Date(startedAt.getTime() + FLOW_LIFE_MS);
    await store.sweep(startedAt);
    await store.insert({
      state_hash: stateHash(secrets.state),
      credential_id: credential.id,
      registry_id: registry.id,
      profile_id: profile.id,
      session_id: principal.sessionId,
      code_verifier_sealed: await this.#sealVerifier(secrets.state, secrets.codeVerifier),
      redirect_uri: redirectUri,
      registry_version: registry.version,
      scopes_asked: scopes,
      created_at: startedAt,
      expires_at: expiresAt,
    });
    return { authorizationUrl, expiresAt: expiresAt.toISOString() };
  }

  /** Judges what a browser brought, and exchanges the code. @returns the id of the page that tells the outcome */
  async finish(callback: Callback): Promise<string> {
    const state = callbackState(callback.parameters);
    if (state === undefined) return anonymousResult('state_missing', callback.requestId);
    const request = await this.#parts.store.take(state);
    if (request === undefined) return anonymousResult('state_unknown', callback.requestId);
    const page = await this.#outcome(callback, request, state);
    const id = `res_${randomBytes(16).toString('hex')}`;
    await this.#parts.store.saveResult(id, page, new Date(this.#parts.now().getTime() + RESULT_LIFE_MS));
    return id;
  }

  /** What the page with this id says; undefined when it is gone. */
  async findResult(id: string): Promise<CallbackPage | undefined> {
    const [code = '', requestId] = id.split('.');
    if (requestIdSchema.safeParse(requestId).success && Object.hasOwn(refusalExplanations, code)) {
      return anonymousPage(code, requestId ?? '');
    }
    return this.#parts.store.findResult(id, this.#parts.now());
  }

  async #outcome(callback: Callback, request: AuthorizationRequestRow, state: string): Promise<CallbackPage> {
    const { credentials, registries, tokens, now } = this.#parts;
    const credential = found(await credentials.find(request.credential_id), 'credential');
    const registry = await registries.getStored(request.registry_id);
    const refusal = this.#refusalOf(callback, request, credential, registry);
    if (refusal !== undefined) {
      await this.#recordFailure(credential, refusal, callback);
      // Who is not the one who began learns nothing of the credential.
      const isStranger = refusal === 'session_missing' || refusal === 'session_mismatch';
      return isStranger
        ? anonymousPage(refusal, callback.requestId)
        : refusalPage(refusal, callback.requestId, credential, await tokens.find(credential.id), now());
    }
    try {
      const token = await this.#exchange(callback, request, state, credential, registry);
      return successPage(token, credential, registry, callback.requestId, now());
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      await this.#recordFailure(credential, error.code, callback, error);
      const token = await tokens.find(credential.id);
      const redirectUri = request.redirect_uri;
      return errorPage(
        error,
        { redirectUri, credential, registry, token, requestId: callback.requestId },
        now(),
      );
    }
  }

  #refusalOf(
    { principal, registryId }: Callback,
    request: AuthorizationRequestRow,
    credential: CredentialRecord,
    registry: StoredRegistry,
  ): CallbackRefusal | undefined {
    if (request.expires_at <= this.#parts.now()) return 'state_expired';
    if (principal?.kind !== 'user') return 'session_missing';
    if (principal.sessionId !== request.session_id) return 'session_mismatch';
    if (!hasAnyRole(principal, ['admin'])) return 'role_missing';
    const expected = registry.redirectUrlMode === 'distinct' ? registry.id : undefined;
    if (registryId !== expected) return 'redirect_mismatch';
    const isSame = registry.version === request.registry_version && registry.active;
    return isSame && credential.profileId === request.profile_id ? undefined : 'registry_changed';
  }

  async #exchange(
    { parameters, principal, requestId }: Callback,
    request: AuthorizationRequestRow,
    state: string,
    credential: CredentialRecord,
    registry: StoredRegistry,
  ): Promise<StoredToken> {
    const { db, tokens: store, registries, profiles, history, transport, now } = this.#parts;
    const { grantType } = credential.profile;
    const provider = providerOf(registry);
    const endpoints = endpointsOf(registry);
    const { code } = judgeCallback(parameters, endpoints, provider);
    const [profile, client] = await Promise.all([
      profiles.get(request.profile_id),
      registries.clientOf(registry, 'authorization_code'),
    ]);
    const codeVerifier = await this.#openVerifier(state, request.code_verifier_sealed);
    const fetch = transport.fetchFor(credential, registry);
    const exchange = startExchange({ fetch, now, timeoutMs: EXCHANGE_TIMEOUT_MS });
    const parts = { code, redirectUri: request.redirect_uri, codeVerifier };
    const response = await authorizationCodeRequest(endpoints, client, parts, exchange, extrasOf(profile));
    const granted = await processAuthorizationCodeAnswer(endpoints, client, provider, response, exchange);
    return db.transaction().execute(async (trx) => {
      const seal = (tokenId: string, version: number) =>
        sealTokens(granted, { tokenId, version, grantType }, registry, provider, undefined, this.#parts);
      const token = await store.grant(credential.id, grantType, request.scopes_asked, seal, now(), trx);
      await history.announce(credential, 'available', trx);
      const caller = principal ? callerFor(principal, requestId) : systemCaller('callback', requestId);
      const after = { scopes: granted.scopes ?? request.scopes_asked, expiresAt: granted.expiresAt };
      const summary = `consented to ${credential.name} with Get OAuth Token`;
      const tells = tokenAvailable(credential, 'consented', granted.expiresAt);
      await history.record(credential, { action: 'token.consented', summary, after, tells }, caller, trx);
      return token;
    });
  }

  async #refuseHopeless(
    authorizationUrl: string,
    credential: CredentialRecord,
    registry: StoredRegistry,
    redirectUri: string,
  ): Promise<void> {
    const { transport, now } = this.#parts;
    const provider = providerOf(registry);
    const fetch = transport.fetchFor(credential, registry);
    const refusal = await findAuthorizationRefusal(authorizationUrl, provider, { fetch, now });
    if (refusal === undefined) return;
    const { title, lead, steps } = explainOAuthError(refusal, {
      provider,
      registry,
      redirectUri,
      itSays: '',
    });
    throw new HubError(`oauth.${refusal}`, {
      detail: plain(`${title}. ${lead}`),
      remedy: steps.map(plain),
    });
  }

  async #recordFailure(
    credential: CredentialRecord,
    code: string,
    { principal, requestId }: Callback,
    error?: OAuthError,
  ): Promise<void> {
    const { db, history, logger } = this.#parts;
    logger.info({ credentialId: credential.id, code, requestId }, 'Get OAuth Token failed');
    const caller = principal
      ? callerFor(principal, requestId)
      : systemCaller('somebody not signed in', requestId);
    const summary = `could not complete Get OAuth Token for ${credential.name}`;
    const after = {
      code: `oauth.${code}`,
      providerError: error?.providerError ?? null,
      secretSent: error?.wasSent ?? false,
    };
    await db
      .transaction()
      .execute((trx) =>
        history.record(
          credential,
          { action: 'token.consent_failed', outcome: 'failure', summary, after },
          caller,
          trx,
        ),
      );
  }

  async #sealVerifier(state: string, codeVerifier: string | undefined): Promise<string | null> {
    if (codeVerifier === undefined) return null;
    return this.#parts.vault.seal(new Secret(codeVerifier), verifierPlace(state));
  }

  async #openVerifier(state: string, sealed: string | null): Promise<string | undefined> {
    if (sealed === null) return undefined;
    return (await this.#parts.vault.open(sealed, verifierPlace(state))).reveal();
  }
}

function verifierPlace(state: string) {
  const rowId = stateHash(state).toString('hex');
  return { table: 'authorization_requests', rowId, column: 'code_verifier', version: 1 };
}
