import { OAuthError, startExchange } from '@lockkeeper/oauth';
import { providerOf } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import { askRemedies } from '../applications/ask-explanations.ts';
import type { OAuthEntityProfileService } from '../applications/oauth-entity-profile-service.ts';
import { detailOf } from '../applications/provider-answer.ts';
import { askAnew, scopesAskedBy } from '../applications/token-ask.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { Db } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { HubError } from '../http/hub-error.ts';
import type { TokenHistory } from './token-history.ts';
import { type SealingParts, sealTokens } from './token-sealing.ts';
import type { TokenStore } from './token-store.ts';
import type { TokenTransport } from './token-transport.ts';

export interface TokenObtainingParts extends SealingParts {
  db: Db;
  store: TokenStore;
  registries: Pick<ApplicationRegistryService, 'getStored' | 'clientOf'>;
  profiles: Pick<OAuthEntityProfileService, 'get'>;
  history: TokenHistory;
  transport: TokenTransport;
  now: () => Date;
  publicUrl: URL;
}

/** Somebody waits for it. */
const OBTAINING_TIMEOUT_MS = 15_000;

/**
 * The first token of a credential whose grant needs nobody's consent, or the first after a revocation.
 *
 * @throws HubError `oauth.no_token` with what to change
 */
export async function obtainToken(
  credential: CredentialRecord,
  caller: Caller,
  parts: TokenObtainingParts,
): Promise<void> {
  const { db, store, registries, profiles, history, transport, now } = parts;
  const [registry, profile] = await Promise.all([
    registries.getStored(credential.profile.applicationRegistryId),
    profiles.get(credential.profileId),
  ]);
  const client = await registries.clientOf(registry, profile.grantType);
  const fetch = transport.fetchFor(credential, registry);
  const exchange = startExchange({ fetch, now, timeoutMs: OBTAINING_TIMEOUT_MS });
  try {
    const tokens = await askAnew(registry, profile, client, exchange);
    const scopes = scopesAskedBy(profile);
    await db.transaction().execute(async (trx) => {
      const seal = (tokenId: string, version: number) => {
        const place = { tokenId, version, grantType: profile.grantType };
        return sealTokens(tokens, place, registry, providerOf(registry), undefined, parts);
      };
      await store.grant(credential.id, profile.grantType, scopes, seal, now(), trx);
      await history.announce(credential, 'available', trx);
      const after = { scopes: tokens.scopes ?? scopes, expiresAt: tokens.expiresAt };
      const summary = `got the token of ${credential.name} with Get OAuth Token`;
      await history.record(credential, { action: 'token.obtained', summary, after }, caller, trx);
    });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const happening = {
      action: 'token.obtain_failed',
      outcome: 'failure',
      summary: `could not get the token of ${credential.name} with Get OAuth Token`,
      after: { code: `oauth.${error.code}`, detail: detailOf(error), secretSent: error.wasSent },
    } as const;
    await db.transaction().execute((trx) => history.record(credential, happening, caller, trx));
    const remedy = [
      ...askRemedies(error.code, registry, profile, parts.publicUrl),
      'On the credential, choose Get OAuth Token again.',
    ];
    throw new HubError('oauth.no_token', { detail: detailOf(error), remedy, cause: error });
  }
}
