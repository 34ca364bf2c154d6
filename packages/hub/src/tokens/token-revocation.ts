import type { TokenRevocation } from '@lockkeeper/contract';
import {
  type Fetch,
  OAuthError,
  processRevocationAnswer,
  type RevocableToken,
  revocationRequest,
  startExchange,
} from '@lockkeeper/oauth';
import type { Vault } from '@lockkeeper/vault';
import { endpointsOf, providerOf, type StoredRegistry } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import { type StoredToken, tokenPlace } from './token.ts';

export interface ProviderRevocation {
  registries: Pick<ApplicationRegistryService, 'clientOf'>;
  vault: Vault;
  fetch: Fetch;
  now: () => Date;
}

const REVOCATION_TIMEOUT_MS = 10_000;

/**
 * Tells the provider too. The refresh token goes first: with it providers end the whole grant (RFC 7009 §2.1). The
 * tokens are deleted here already, whatever the provider answers.
 */
export async function revokeAtProvider(
  token: StoredToken,
  registry: StoredRegistry,
  parts: ProviderRevocation,
): Promise<Pick<TokenRevocation, 'provider' | 'detail'>> {
  const { shortName } = providerOf(registry);
  const { tokenRevocationUrl } = registry;
  if (tokenRevocationUrl === null) {
    const detail = `The tokens were deleted here. ${shortName} offers no revocation, so revoke the access there as well.`;
    return { provider: 'local_only', detail };
  }
  try {
    for (const revocable of await openTokens(token, parts.vault)) {
      await revokeOne(revocable, registry, tokenRevocationUrl, parts);
    }
    return { provider: 'revoked', detail: `The tokens were revoked at ${shortName} and deleted here.` };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const detail = `The tokens were deleted here, but ${shortName} did not revoke them: ${error.message} Revoke the access there as well.`;
    return { provider: 'failed', detail };
  }
}

async function openTokens(token: StoredToken, vault: Vault): Promise<RevocableToken[]> {
  const kinds = [
    ['refresh_token', token.refreshToken],
    ['access_token', token.accessToken],
  ] as const;
  const opened: RevocableToken[] = [];
  for (const [kind, value] of kinds) {
    if (!value) continue;
    const secret = await vault.open(value.sealed, tokenPlace(token.id, kind, value.version));
    opened.push({ kind, token: secret.reveal() });
  }
  return opened;
}

async function revokeOne(
  revocable: RevocableToken,
  registry: StoredRegistry,
  tokenRevocationUrl: string,
  { registries, fetch, now }: ProviderRevocation,
): Promise<void> {
  const endpoints = { ...endpointsOf(registry), tokenRevocationUrl };
  const client = await registries.clientOf(registry);
  const exchange = startExchange({ fetch, now, timeoutMs: REVOCATION_TIMEOUT_MS });
  const response = await revocationRequest(endpoints, client, revocable, exchange);
  await processRevocationAnswer(providerOf(registry), response, exchange);
}
