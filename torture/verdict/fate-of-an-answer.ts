import type { Life } from '../processes/supervised.ts';
import { GONE } from '../provider/peer-process.ts';
import type { TokenRequest } from '../provider/provider-truth.ts';
import type { Evidence } from './evidence.ts';

const SECOND = 1000;
/** Far longer than storing an answer takes, however busy the machine. */
const ENOUGH_TO_STORE_MS = 10 * SECOND;
/** How long a process that has an answer keeps trying while the database is away. */
const KEEPS_TRYING_MS = 40 * SECOND;

/**
 * What became of the answer to a refresh. All but `arrived` are losses that no program can prevent: between the
 * provider's commit and ours the tokens exist nowhere but on the wire and in one process.
 */
export type Fate =
  | { readonly kind: 'arrived' }
  | { readonly kind: 'lost_with_provider' }
  | { readonly kind: 'lost_with_instance' }
  | { readonly kind: 'stopped_past_lease' };

export function fateOf(request: TokenRequest, evidence: Evidence): Fate {
  const { providers, instances, outages } = evidence;
  const provider = lifeAt(providers, request.receivedAtMs);
  const instance = instances.find(({ pid }) => pid === request.pid);
  const arrivedAtMs = request.answeredAtMs;
  const providerKilledAtMs =
    provider?.told?.signal === 'SIGKILL' ? provider.told.atMs : Number.POSITIVE_INFINITY;
  // Given to the system, an answer may still be dropped with the connection of a process that is killed then.
  if (providerKilledAtMs < (arrivedAtMs ?? request.hungUpAtMs ?? Number.POSITIVE_INFINITY) + SECOND) {
    return { kind: 'lost_with_provider' };
  }
  const atMs = arrivedAtMs ?? request.hungUpAtMs ?? request.receivedAtMs;
  if (request.pid === GONE) {
    // Its sender had been killed before the request was even read; one that lives and hung up is another matter.
    const wasKilled = instances.some(
      ({ told }) =>
        told?.signal === 'SIGKILL' && told.atMs <= atMs && request.receivedAtMs - told.atMs < KEEPS_TRYING_MS,
    );
    return { kind: wasKilled ? 'lost_with_instance' : 'arrived' };
  }
  const isStopped = (instance?.stops ?? []).some(
    ({ fromMs, toMs = Number.POSITIVE_INFINITY }) =>
      fromMs <= atMs + ENOUGH_TO_STORE_MS && request.receivedAtMs <= toMs,
  );
  if (isStopped) return { kind: 'stopped_past_lease' };
  if (instance?.told?.signal === 'SIGKILL') {
    const killedAtMs = instance.told.atMs;
    const isAway = outages.some(({ fromMs, toMs }) => fromMs <= killedAtMs && atMs - SECOND <= toMs);
    if (killedAtMs - atMs < (isAway ? KEEPS_TRYING_MS : ENOUGH_TO_STORE_MS))
      return { kind: 'lost_with_instance' };
  }
  return { kind: 'arrived' };
}

export function lifeAt(lives: readonly Life[], atMs: number): Life | undefined {
  return lives.find(
    (life) => life.startedAtMs <= atMs && atMs <= (life.endedAtMs ?? Number.POSITIVE_INFINITY),
  );
}
