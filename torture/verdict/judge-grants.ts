import type { HeldToken } from '../token-history.ts';
import { type Evidence, groupBy } from './evidence.ts';
import { type Fate, fateOf } from './fate-of-an-answer.ts';

export interface LostGrant {
  readonly credentialId: string;
  readonly refreshToken: string;
  readonly atMs: number;
  /** `given_up`: the refresh token was still good. `unexplained`: nothing that was done to a process made it so. */
  readonly why: Exclude<Fate['kind'], 'arrived'> | 'given_up' | 'unexplained';
}

/** Consents that people have to give again: whose refresh token the instances gave up, or hold although it is dead. */
export function judgeGrants(evidence: Evidence): LostGrant[] {
  const lost = new Map<string, LostGrant>();
  const judge = ({ credentialId, refreshToken, atMs }: HeldToken, isGivenUp: boolean) => {
    if (refreshToken === undefined || lost.has(refreshToken)) return;
    const isGood = evidence.truth.isGood(refreshToken, atMs);
    if (isGood && !isGivenUp) return;
    const why = isGood ? 'given_up' : causeOf(refreshToken, evidence);
    lost.set(refreshToken, { credentialId, refreshToken, atMs, why });
  };
  for (const held of groupBy(evidence.history, ({ credentialId }) => credentialId).values()) {
    for (const [index, now] of held.entries()) {
      if (now.state === 'needs_authorization' && held[index - 1]?.state !== now.state) judge(now, true);
    }
    const last = held.at(-1);
    if (last && last.state !== 'revoked') judge({ ...last, atMs: evidence.endedAtMs }, false);
  }
  return [...lost.values()];
}

export function isAvoidable({ why }: LostGrant): boolean {
  return why === 'given_up' || why === 'unexplained';
}

function causeOf(refreshToken: string, evidence: Evidence): LostGrant['why'] {
  const { truth } = evidence;
  const facts = truth.refreshTokens.get(refreshToken);
  if (facts === undefined) return 'unexplained';
  const [first] = facts.uses;
  const request = first && truth.requests.get(first.request);
  if (request !== undefined) {
    const { kind } = fateOf(request, evidence);
    return kind === 'arrived' ? 'unexplained' : kind;
  }
  // Never exchanged: an older one came again, and with it the grant ended.
  const reuse = [...truth.requests.values()].findLast(
    (each) =>
      each.refreshToken !== refreshToken &&
      each.refused !== undefined &&
      truth.refreshTokens.get(each.refreshToken)?.grant === facts.grant,
  );
  if (reuse === undefined) return 'unexplained';
  // Stopped was either who sent the old one again, or who had its answer and stored it too late.
  const [exchange] = truth.refreshTokens.get(reuse.refreshToken)?.uses ?? [];
  const concerned = [reuse, exchange && truth.requests.get(exchange.request)];
  const isStopped = concerned.some((each) => each && fateOf(each, evidence).kind === 'stopped_past_lease');
  return isStopped ? 'stopped_past_lease' : 'unexplained';
}
