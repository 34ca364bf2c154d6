import type { AppliesTo } from '@lockkeeper/contract';
import type { Fetch } from '@lockkeeper/oauth';
import type { StoredRegistry } from '../applications/application-registry.ts';
import type { CredentialRecord } from '../credentials/credential.ts';
import type { CredentialStore } from '../credentials/credential-store.ts';

export type TransportCredential = Pick<CredentialRecord, 'name' | 'appliesTo' | 'connectViaMidServer'>;
export type TransportRegistry = Pick<StoredRegistry, 'name' | 'tokenUrl' | 'tokenRevocationUrl'>;

/** MID Servers that are ready, by the instance that holds their session. */
export interface MidServerReach {
  readonly here: readonly string[];
  readonly elsewhere: readonly string[];
}

export type TransportPlace = 'here' | 'elsewhere' | 'nowhere';

/** Over which way the requests of a credential reach its authorization server: the one place that decides it. */
export interface TokenTransport {
  /** For what belongs to no credential. */
  readonly direct: Fetch;
  fetchFor(credential: TransportCredential, registry: TransportRegistry): Fetch;
  /** Which instance can send on it. For what goes direct, every one. */
  placeOf(credential: TransportCredential): Promise<TransportPlace>;
  /** MID Servers by which requests could go now. */
  reach(): Promise<MidServerReach>;
  /** Equal where the way is: trouble on one way to a provider says nothing about another. */
  wayOf(credential: TransportCredential): string;
}

export interface TokenTransportParts {
  direct: Fetch;
  viaMidServer: (credential: TransportCredential, registry: TransportRegistry) => Fetch;
  reach: () => Promise<MidServerReach>;
}

export function createTokenTransport({ direct, viaMidServer, reach }: TokenTransportParts): TokenTransport {
  return {
    direct,
    reach,
    fetchFor: (credential, registry) =>
      credential.connectViaMidServer ? viaMidServer(credential, registry) : direct,
    async placeOf({ connectViaMidServer, appliesTo }) {
      if (!connectViaMidServer) return 'here';
      const { here, elsewhere } = await reach();
      if (isAmong(appliesTo, here)) return 'here';
      return isAmong(appliesTo, elsewhere) ? 'elsewhere' : 'nowhere';
    },
    wayOf({ connectViaMidServer, appliesTo }) {
      if (!connectViaMidServer) return 'direct';
      return appliesTo.kind === 'all' ? 'any MID Server' : appliesTo.midServerIds.toSorted().join(' ');
    },
  };
}

function isAmong(appliesTo: AppliesTo, midServerIds: readonly string[]): boolean {
  return appliesTo.kind === 'all'
    ? midServerIds.length > 0
    : appliesTo.midServerIds.some((id) => midServerIds.includes(id));
}

/**
 * For a question to an authorization server that no credential asks, such as Validate: through a MID Server where all
 * active credentials of the registry go that way, because the instance itself may not reach it.
 */
export async function fetchForRegistry(
  registry: StoredRegistry,
  transport: TokenTransport,
  credentials: Pick<CredentialStore, 'listActive'>,
): Promise<Fetch> {
  const all = await credentials.listActive();
  const own = all.filter(({ profile }) => profile.applicationRegistryId === registry.id);
  const [first] = own.toSorted((a, b) => a.order - b.order);
  if (first === undefined || own.some(({ connectViaMidServer }) => !connectViaMidServer)) {
    return transport.direct;
  }
  return transport.fetchFor(first, registry);
}
