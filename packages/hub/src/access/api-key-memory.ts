import type { DeliveryProof } from '../events/delivery-proof.ts';
import type { EventBus } from '../events/event-bus.ts';
import { GuardedMemory } from '../events/guarded-memory.ts';
import type { ApiKeyPrincipal } from '../http/principal.ts';
import type { ApiKeyRow } from './api-key-store.ts';

/** API keys that were used, by their hash: what a program calls with again and again. */
export type ApiKeyMemory = GuardedMemory<UsableKey>;

export interface UsableKey {
  readonly row: ApiKeyRow;
  readonly principal: ApiKeyPrincipal;
}

export function createApiKeyMemory(
  events: Pick<EventBus, 'subscribeEarly' | 'onGap'>,
  proof: DeliveryProof,
): ApiKeyMemory {
  const memory: ApiKeyMemory = new GuardedMemory(proof);
  events.subscribeEarly((event) => {
    if (event.type === 'principal.ended') memory.dropWhere(({ row }) => row.id === event.principalId);
  });
  events.onGap(() => memory.clear());
  return memory;
}
