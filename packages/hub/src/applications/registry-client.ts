import { type GrantType, JWT_BEARER } from '@lockkeeper/contract';
import type { OAuthClient } from '@lockkeeper/oauth';
import type { Vault } from '@lockkeeper/vault';
import { clientSecretPlace, type StoredRegistry } from './application-registry.ts';
import type { SigningKeyService } from './signing-key-service.ts';

/** Our identity at the provider, opened with what it needs to prove itself, and to ask by this grant. */
export async function registryClient(
  registry: StoredRegistry,
  grantType: GrantType | undefined,
  { vault, keys }: { vault: Vault; keys: Pick<SigningKeyService, 'signing'> },
): Promise<OAuthClient> {
  const { id, clientId, clientSecretSealed: sealed, clientSecretVersion, sendCredentials } = registry;
  const provesBySigning = sendCredentials === 'private_key_jwt';
  const signs = provesBySigning || grantType === JWT_BEARER;
  const sendsSecret = !provesBySigning && sealed !== null;
  const secret = sendsSecret
    ? await vault.open(sealed, clientSecretPlace(id, clientSecretVersion))
    : undefined;
  return {
    clientId,
    clientSecret: secret?.reveal(),
    signingKey: signs ? await keys.signing(id) : undefined,
    authentication: provesBySigning || sendsSecret ? sendCredentials : 'none',
  };
}
