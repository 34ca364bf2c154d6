import type { CredentialRecord } from '../credentials/credential.ts';
import type { DeliveryProof } from '../events/delivery-proof.ts';
import type { EventBus } from '../events/event-bus.ts';
import { GuardedMemory } from '../events/guarded-memory.ts';
import type { AccessToken } from './access-token.ts';

/** An opened token of an active credential, with everything that decides whether it may be used. */
export interface RememberedToken extends AccessToken {
  readonly credential: CredentialRecord;
  readonly usableUntilMs: number;
}

/** By the credential's id. */
export type TokenMemory = GuardedMemory<RememberedToken>;

/** Opened tokens, so that the hot path asks neither the database nor the vault. */
export function createTokenMemory(
  events: Pick<EventBus, 'subscribeEarly' | 'onGap'>,
  proof: DeliveryProof,
): TokenMemory {
  const memory: TokenMemory = new GuardedMemory(proof);
  events.subscribeEarly((event) => {
    if (event.type === 'credential.token' || event.type === 'credential.changed') {
      memory.drop(event.credentialId);
    } else if (event.type === 'application-registry.changed') {
      const { applicationRegistryId } = event;
      memory.dropWhere(
        ({ credential }) => credential.profile.applicationRegistryId === applicationRegistryId,
      );
    }
  });
  events.onGap(() => memory.clear());
  return memory;
}
