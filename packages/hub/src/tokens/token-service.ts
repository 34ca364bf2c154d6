import {
  type AccessTokenHandOut,
  type ActorRef,
  type CanaryAlarm,
  type CredentialTokenRevocation,
  credentialId as credentialIdSchema,
  type TokenView,
} from '@lockkeeper/contract';
import type { Vault } from '@lockkeeper/vault';
import type { Kysely } from 'kysely';
import { providerOf } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import { isAskedAnew } from '../applications/token-ask.ts';
import type { CredentialRecord, CredentialTokens, TokenFacts } from '../credentials/credential.ts';
import type { CredentialStore } from '../credentials/credential-store.ts';
import type { Database, Db } from '../db/database.ts';
import { type Caller, type Requester, systemCaller } from '../http/caller.ts';
import { found, HubError } from '../http/hub-error.ts';
import type { AccessToken } from './access-token.ts';
import type { CanaryAlarms } from './canary-alarms.ts';
import { sealedWithKeys } from './sealed-with.ts';
import { isDue, isRefreshable, isUsable, type StoredToken, tokenPlace, usableUntilMs } from './token.ts';
import { scheduler, type TokenHistory } from './token-history.ts';
import type { RememberedToken, TokenMemory } from './token-memory.ts';
import type { TokenMetrics } from './token-metrics.ts';
import { noToken } from './token-problem.ts';
import type { TokenRefresher } from './token-refresher.ts';
import type { TokenRevocations } from './token-revocations.ts';
import type { TokenStore } from './token-store.ts';
import type { TokenTransport } from './token-transport.ts';
import { tokenView } from './token-view.ts';
import type { UseJournal } from './use-journal.ts';

export interface TokenServiceParts {
  db: Db;
  store: TokenStore;
  credentials: CredentialStore;
  registries: Pick<ApplicationRegistryService, 'getStored' | 'clientOf'>;
  refresher: TokenRefresher;
  transport: Pick<TokenTransport, 'placeOf'>;
  /** The first token of a grant that needs nobody. */
  obtain: (credential: CredentialRecord, caller: Caller) => Promise<void>;
  vault: Vault;
  history: TokenHistory;
  revocations: TokenRevocations;
  memory: TokenMemory;
  journal: UseJournal;
  metrics: Pick<TokenMetrics, 'noteHandOut'>;
  canaries: CanaryAlarms;
  now: () => Date;
}

const SECOND = 1000;
/** A fresh token that a tool refuses is not refused because of its age. */
const FRESH_MS = 30 * SECOND;

/** The life of tokens: handing out their use, refreshing, revoking. */
export class TokenService implements CredentialTokens {
  readonly #parts: TokenServiceParts;

  constructor(parts: TokenServiceParts) {
    this.#parts = parts;
  }

  /**
   * An access token that has not expired, refreshed where it must be. For whoever carries it to a tool; who may use
   * the credential has been decided before.
   *
   * @param actor whose call it is: a canary's alarm names them
   * @throws HubError `record.unknown`, `credential.inactive`, `token.…`
   */
  async accessToken(credentialId: string, actor: ActorRef): Promise<AccessToken> {
    const token =
      this.#remembered(credentialId) ??
      (await this.#read(credentialId, { ...systemCaller('calls to a tool'), actor }, 'called'));
    this.#parts.journal.noteLastUse(credentialId);
    return token;
  }

  /** The credential, if its token is at hand: the database need not be asked. */
  findRemembered(credentialId: string): CredentialRecord | undefined {
    return this.#parts.memory.find(credentialId)?.credential;
  }

  /**
   * Hands the token itself out: only where the credential allows it, and never without a trace. A fresh token comes
   * from memory, without SQL; that it was handed out is written within a second.
   */
  async handOut(credentialId: string, caller: Caller): Promise<AccessTokenHandOut> {
    const token =
      this.#remembered(credentialId) ??
      (await this.#read(credentialId, caller, 'handed_out', refuseUnlessAllowed));
    const { credential, accessToken, expiresAt } = token;
    refuseUnlessAllowed(credential);
    this.#parts.journal.note(credential, caller.actor, 'handed_out');
    return {
      credentialId: credential.id,
      accessToken: accessToken.reveal(),
      tokenType: 'Bearer',
      expiresAt: expiresAt.toISOString(),
    };
  }

  /** A tool refused this version of the token. @returns whether there is another one now */
  async replaceRefused(credentialId: string, version: number): Promise<boolean> {
    const { store, refresher, now } = this.#parts;
    const token = await store.find(credentialId);
    if (!token) return false;
    if (token.version !== version) return isUsable(token, now());
    if (!isRefreshable(token) || now().getTime() - (token.issuedAt?.getTime() ?? 0) < FRESH_MS) return false;
    const credential = await this.#activeCredential(credentialId);
    try {
      await refresher.refresh({ credential, token, caller: scheduler, isUrgent: false });
      return true;
    } catch (error) {
      if (error instanceof HubError) return false;
      throw error;
    }
  }

  /**
   * **Get OAuth Token** where the grant needs nobody's consent: the token is there at once.
   *
   * @returns undefined where a person has to consent
   * @throws HubError `oauth.no_token`, `token.unavailable`
   */
  async obtain(credentialId: string, caller: Caller): Promise<TokenView | undefined> {
    const { store, credentials, refresher, obtain } = this.#parts;
    const { profile } = found(await credentials.find(credentialId), 'credential');
    if (!isAskedAnew(profile.grantType)) return undefined;
    const credential = await this.#activeCredential(credentialId);
    const token = await store.find(credentialId);
    if (token && isRefreshable(token)) await refresher.refresh({ credential, token, caller, isUrgent: true });
    else await obtain(credential, caller);
    return this.view(credentialId);
  }

  /** Refreshes now, although the token may be good for a while. */
  async refresh(credentialId: string, caller: Caller): Promise<TokenView> {
    const credential = await this.#activeCredential(credentialId);
    const token = await this.#parts.store.find(credentialId);
    if (!token || !isRefreshable(token)) throw noToken(token);
    await this.#parts.refresher.refresh({ credential, token, caller, isUrgent: true });
    return this.view(credentialId);
  }

  /** Refreshes ahead of expiry; a failure is in the token's own record. */
  async refreshDue(credentialId: string): Promise<void> {
    const { store, credentials, refresher } = this.#parts;
    const [credential, token] = await Promise.all([credentials.find(credentialId), store.find(credentialId)]);
    // Another instance may have been faster since it was listed.
    if (!credential || !token || !isRefreshable(token) || !isDue(token, this.#parts.now())) return;
    await refresher.refresh({
      credential,
      token,
      caller: scheduler,
      isUrgent: false,
      leavesToOthers: true,
    });
  }

  /** Another instance asks, because the MID Server's session is here. */
  async refreshFor(credentialId: string, caller: Requester, isUrgent: boolean): Promise<void> {
    const { store, credentials, refresher, transport } = this.#parts;
    const [credential, token] = await Promise.all([credentials.find(credentialId), store.find(credentialId)]);
    if (!credential || !token || !isRefreshable(token)) return;
    if ((await transport.placeOf(credential)) !== 'here') return;
    await refresher.refresh({ credential, token, caller, isUrgent, leavesToOthers: true });
  }

  /** Here always; at the provider where it offers that, however often it has to be asked. */
  async revoke(credentialId: string, caller: Caller): Promise<CredentialTokenRevocation> {
    const { store, credentials, revocations } = this.#parts;
    found(await credentials.find(credentialId), 'credential');
    const revoked = await revocations.revokeOne(credentialId, caller);
    if (revoked === undefined) throw noToken(await store.find(credentialId));
    const { provider, explanation, revocationId } = revoked;
    return { token: await this.view(credentialId), provider, detail: explanation, revocationId };
  }

  async view(credentialId: string): Promise<TokenView> {
    const { credentials, store, now } = this.#parts;
    const credential = found(await credentials.find(credentialId), 'credential');
    return tokenView(await store.find(credentialId), providerOf(credential.profile), now());
  }

  async viewsOf(credentials: readonly CredentialRecord[]): Promise<ReadonlyMap<string, TokenFacts>> {
    const { db, store, now } = this.#parts;
    const tokens = await store.listOf(credentials.map(({ id }) => id));
    const byCredential = new Map<string, StoredToken>(tokens.map((token) => [token.credentialId, token]));
    const keys = await sealedWithKeys(tokens, db);
    return new Map(
      credentials.map(({ id, profile }) => {
        const token = byCredential.get(id);
        const view = tokenView(token, providerOf(profile), now());
        return [id, { token: view, sealedWith: keys.get(id) ?? null }];
      }),
    );
  }

  async discard(
    id: string,
    reason: 'credential_deleted' | 'profile_changed',
    caller: Caller,
    trx: Kysely<Database>,
  ): Promise<void> {
    const { revocations, store } = this.#parts;
    const which = { which: 'matching', filter: { credentialId: credentialIdSchema.parse(id) } } as const;
    await revocations.end(which, reason, caller, trx);
    await store.discard(id, trx);
  }

  async #activeCredential(credentialId: string): Promise<CredentialRecord> {
    const credential = found(await this.#parts.credentials.find(credentialId), 'credential');
    const registry = await this.#parts.registries.getStored(credential.profile.applicationRegistryId);
    if (credential.active && registry.active) return credential;
    const what = credential.active
      ? `The Application Registry ${registry.name}`
      : `The credential ${credential.name}`;
    throw new HubError('credential.inactive', { detail: `${what} is not active.` });
  }

  async #usableToken(credential: CredentialRecord, caller: Caller): Promise<StoredToken> {
    const { store, refresher, now } = this.#parts;
    const token = await store.find(credential.id);
    if (token && isUsable(token, now())) return token;
    if (!token || !isRefreshable(token)) throw noToken(token);
    const refreshed = await refresher.refresh({ credential, token, caller, isUrgent: false });
    if (isUsable(refreshed, now())) return refreshed;
    throw noToken(refreshed);
  }

  #remembered(credentialId: string): RememberedToken | undefined {
    const { memory, metrics, now } = this.#parts;
    const token = memory.find(credentialId);
    // A canary's never: each use of it is to be told.
    if (token === undefined || token.credential.canary || token.usableUntilMs <= now().getTime())
      return undefined;
    metrics.noteHandOut('memory');
    return token;
  }

  #read(
    credentialId: string,
    caller: Caller,
    kind: CanaryAlarm['kind'],
    check: (credential: CredentialRecord) => void = () => {},
  ): Promise<RememberedToken> {
    return this.#parts.memory.read(credentialId, async () => {
      const meant = found(await this.#parts.credentials.find(credentialId), 'credential');
      // Whatever becomes of it: an attempt tells as much as a use.
      if (meant.canary) await this.#parts.canaries.raise(meant, caller, kind);
      const credential = await this.#activeCredential(credentialId);
      check(credential);
      const token = await this.#usableToken(credential, caller);
      this.#parts.metrics.noteHandOut('database');
      return { ...(await this.#open(token)), credential, usableUntilMs: usableUntilMs(token) };
    });
  }

  async #open(token: StoredToken): Promise<AccessToken> {
    const { accessToken, expiresAt, version } = token;
    if (!accessToken || !expiresAt) throw noToken(token);
    const place = tokenPlace(token.id, 'access_token', accessToken.version);
    return { accessToken: await this.#parts.vault.open(accessToken.sealed, place), version, expiresAt };
  }
}

function refuseUnlessAllowed({ allowTokenHandOut, name }: CredentialRecord): void {
  if (allowTokenHandOut) return;
  throw new HubError('credential.hand_out_off', {
    detail: `An administrator can allow it on the credential ${name}.`,
  });
}
