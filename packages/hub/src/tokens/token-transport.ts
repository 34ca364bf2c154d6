import type { Fetch } from '@lockkeeper/oauth';
import type { StoredRegistry } from '../applications/application-registry.ts';
import type { CredentialRecord } from '../credentials/credential.ts';

export type TransportCredential = Pick<CredentialRecord, 'id' | 'name' | 'appliesTo' | 'connectViaMidServer'>;
export type TransportRegistry = Pick<StoredRegistry, 'name' | 'tokenUrl' | 'tokenRevocationUrl'>;

/** Over which way the requests of a credential reach its authorization server: the one place that decides it. */
export interface TokenTransport {
  /** For what belongs to no credential. */
  readonly direct: Fetch;
  fetchFor(credential: TransportCredential, registry: TransportRegistry): Fetch;
  /** Equal where the way is: trouble on one way to a provider says nothing about another. */
  wayOf(credential: TransportCredential): string;
}

export interface TokenTransportParts {
  direct: Fetch;
  viaMidServer: (credential: TransportCredential, registry: TransportRegistry) => Fetch;
}

export function createTokenTransport({ direct, viaMidServer }: TokenTransportParts): TokenTransport {
  return {
    direct,
    fetchFor: (credential, registry) =>
      credential.connectViaMidServer ? viaMidServer(credential, registry) : direct,
    wayOf({ connectViaMidServer, appliesTo }) {
      if (!connectViaMidServer) return 'direct';
      return appliesTo.kind === 'all' ? 'any MID Server' : appliesTo.midServerIds.toSorted().join(' ');
    },
  };
}
