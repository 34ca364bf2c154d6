import { midServerId } from '@lockkeeper/contract';
import {
  OAuthError,
  processRevocationAnswer,
  type RevocableToken,
  revocationRequest,
  startExchange,
} from '@lockkeeper/oauth';
import type { Vault } from '@lockkeeper/vault';
import { endpointsOf, providerOf, type StoredRegistry } from '../applications/application-registry.ts';
import type { ApplicationRegistryService } from '../applications/application-registry-service.ts';
import type { RevokedTokenRow } from './revocation-store.ts';
import { tokenPlace } from './token.ts';
import type { TokenTransport, TransportCredential } from './token-transport.ts';

export interface ProviderRevocationParts {
  registries: Pick<ApplicationRegistryService, 'clientOf'>;
  vault: Vault;
  transport: TokenTransport;
  now: () => Date;
}

/** For each of the at most two requests. */
export const REVOCATION_TIMEOUT_MS = 10_000;

/**
 * Tells the provider that tokens ended here. The refresh token goes first: with it providers end the whole grant
 * (RFC 7009 §2.1). May be repeated: one that the provider does not know any more is a success (§2.2).
 *
 * @throws OAuthError
 */
export async function revokeAtProvider(
  item: RevokedTokenRow,
  registry: StoredRegistry,
  tokenRevocationUrl: string,
  parts: ProviderRevocationParts,
): Promise<void> {
  const tokens = await openTokens(item, parts);
  const client = await parts.registries.clientOf(registry);
  const endpoints = { ...endpointsOf(registry), tokenRevocationUrl };
  const fetch = parts.transport.fetchFor(wayOf(item), registry);
  for (const revocable of tokens) {
    const exchange = startExchange({ fetch, now: parts.now, timeoutMs: REVOCATION_TIMEOUT_MS });
    const response = await revocationRequest(endpoints, client, revocable, exchange);
    try {
      await processRevocationAnswer(providerOf(registry), response, exchange);
    } catch (error) {
      // Its refresh token is revoked by now, and an access token that cannot be ends soon by itself (§2.2.1).
      if (tokens.length > 1 && revocable.kind === 'access_token' && isUnsupportedType(error)) return;
      throw error;
    }
  }
}

/** The way of its credential when it ended: that may be gone by now. */
function wayOf(item: RevokedTokenRow): TransportCredential {
  return {
    name: item.credential_name,
    connectViaMidServer: item.connect_via_mid_server,
    appliesTo:
      item.mid_server_ids === null
        ? { kind: 'all' }
        : { kind: 'specific', midServerIds: item.mid_server_ids.map((id) => midServerId.parse(id)) },
  };
}

/** An access token that has expired is left out where there is a refresh token. */
async function openTokens(
  item: RevokedTokenRow,
  { vault, now }: Pick<ProviderRevocationParts, 'vault' | 'now'>,
): Promise<RevocableToken[]> {
  const hasRefreshToken = item.refresh_token_sealed !== null;
  const isExpired = item.access_token_expires_at !== null && item.access_token_expires_at <= now();
  const held = [
    ['refresh_token', item.refresh_token_sealed, item.refresh_token_version],
    [
      'access_token',
      hasRefreshToken && isExpired ? null : item.access_token_sealed,
      item.access_token_version,
    ],
  ] as const;
  const opened: RevocableToken[] = [];
  for (const [kind, sealed, version] of held) {
    if (sealed === null || version === null) continue;
    const secret = await vault.open(sealed, tokenPlace(item.token_id, kind, version));
    opened.push({ kind, token: secret.reveal() });
  }
  return opened;
}

function isUnsupportedType(error: unknown): boolean {
  return error instanceof OAuthError && error.providerError === 'unsupported_token_type';
}
