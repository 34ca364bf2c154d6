import type { TokenRequest } from '../provider/provider-truth.ts';
import type { Evidence, Finding } from './evidence.ts';
import { groupBy } from './evidence.ts';
import { fateOf, lifeAt } from './fate-of-an-answer.ts';

export interface RefreshesVerdict {
  /** Two requests with the same refresh token on their way at once. */
  readonly overlaps: Finding[];
  /** A refresh token exchanged again although the first answer had arrived safely. */
  readonly repeated: Finding[];
}

/** RL-10: the lease, judged from the provider's record. */
export function judgeRefreshes(evidence: Evidence): RefreshesVerdict {
  const overlaps: Finding[] = [];
  const repeated: Finding[] = [];
  const requests = [...evidence.truth.requests.values()];
  for (const [refreshToken, same] of groupBy(requests, (request) => request.refreshToken)) {
    const inOrder = same.toSorted((one, other) => one.receivedAtMs - other.receivedAtMs);
    for (const [index, request] of inOrder.entries()) {
      const next = inOrder[index + 1];
      if (next === undefined || endOf(request, evidence) <= next.receivedAtMs) continue;
      // Whoever is stopped cannot keep its lease, and its request stays where it was.
      if (wasStopped(request, evidence) || wasStopped(next, evidence)) continue;
      overlaps.push({ what: refreshToken, detail: JSON.stringify([request, next]) });
    }
    const [first, ...others] = evidence.truth.refreshTokens.get(refreshToken)?.uses ?? [];
    const answered = first && evidence.truth.requests.get(first.request);
    if (answered === undefined || others.length === 0) continue;
    if (fateOf(answered, evidence).kind === 'arrived') {
      repeated.push({ what: refreshToken, detail: JSON.stringify([answered, ...others]) });
    }
  }
  return { overlaps, repeated };
}

function endOf(request: TokenRequest, { providers, endedAtMs }: Evidence): number {
  const end = request.answeredAtMs ?? request.hungUpAtMs;
  if (end !== undefined) return end;
  // Killed while it had it.
  return lifeAt(providers, request.receivedAtMs)?.endedAtMs ?? endedAtMs;
}

function wasStopped({ pid }: TokenRequest, { instances }: Evidence): boolean {
  return instances.some((life) => life.pid === pid && life.stops.length > 0);
}
