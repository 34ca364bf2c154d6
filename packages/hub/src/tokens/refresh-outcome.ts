import type { OAuthError, OAuthProvider } from '@lockkeeper/oauth';
import { detailOf, providerAnswerOf } from '../applications/provider-answer.ts';
import { isAskedAnew } from '../applications/token-ask.ts';
import type { StoredToken, TokenProblem } from './token.ts';

/** What a failed refresh means for the token. */
export interface FailedRefresh {
  readonly state: 'available' | 'uncertain' | 'needs_authorization';
  readonly problem: TokenProblem;
  readonly retryAt: Date | undefined;
  readonly unknownOutcomes: number;
  readonly refusals: number;
  readonly firstRefusedAt: Date | undefined;
  readonly failures: number;
  /** Whether what proves the client may have left, whatever became of it. */
  readonly secretSent: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * A request whose answer was lost may have used the refresh token up, and only the provider knows. Its next answer
 * decides; asking again costs nothing, because a grant that reuse ends was lost with the answer already. Requests that
 * get none say nothing about the token: after so many, over some 10 minutes, nothing will be found out any more.
 */
const MOST_UNKNOWN_OUTCOMES = 8;
const UNCERTAIN_RETRY_MS = 5 * SECOND;
const FIRST_BACK_OFF_MS = 2 * SECOND;
const LONGEST_BACK_OFF_MS = 10 * MINUTE;

/**
 * One holder of the lease after the other vanished after sending. Nothing is known of the token, so it is not given up;
 * but should its answer be what they die of, it must not go on as fast as leases end.
 */
export function pauseAfterVanished(token: StoredToken, now: Date): FailedRefresh | undefined {
  if (token.unknownOutcomes < MOST_UNKNOWN_OUTCOMES) return undefined;
  const detail = `${token.unknownOutcomes} instances in a row ended while they waited for the answer. It is asked again in 10 minutes.`;
  return {
    state: 'uncertain',
    problem: { code: 'oauth.answer_lost', detail, at: now.toISOString() },
    retryAt: after(now, LONGEST_BACK_OFF_MS),
    unknownOutcomes: MOST_UNKNOWN_OUTCOMES - 1,
    refusals: token.refusals,
    firstRefusedAt: token.firstRefusedAt,
    failures: token.failures + 1,
    secretSent: false,
  };
}

/**
 * Judges a failed refresh. Only what says that the grant is gone ends it; a fault of the provider, of the network or of
 * the registry leaves the token as it is, to be tried again later.
 *
 * @param random from 0 to 1: spreads the next attempts of many tokens that failed together
 * @param isProviderDown others' requests are not answered either: no sign that this token was used up
 * @see RFC 6749 §5.2
 */
export function judgeFailedRefresh(
  token: StoredToken,
  error: OAuthError,
  provider: OAuthProvider,
  now: Date,
  random: number,
  isProviderDown = false,
): FailedRefresh {
  const problem = {
    code: `oauth.${error.code}`,
    detail: detailOf(error),
    at: now.toISOString(),
    answer: providerAnswerOf(error),
  };
  const same: FailedRefresh = {
    state: token.unknownOutcomes > 0 ? 'uncertain' : 'available',
    problem,
    retryAt: undefined,
    unknownOutcomes: token.unknownOutcomes,
    refusals: token.refusals,
    firstRefusedAt: token.firstRefusedAt,
    failures: token.failures + 1,
    secretSent: error.wasSent,
  };
  const later: FailedRefresh = {
    ...same,
    retryAt: after(now, Math.max(backOffMs(token.failures, random), error.retryAfterMs ?? 0)),
  };
  // There is nothing that could be used up or be gone: what is wrong is with the registry or the provider.
  if (isAskedAnew(token.grantType)) return later;
  const ended: FailedRefresh = { ...same, state: 'needs_authorization' };
  if (error.outcomeUnknown) {
    const counted = token.unknownOutcomes + 1;
    // Not counted while nobody is answered: an instance that starts anew does not know yet that the provider is down.
    const unknownOutcomes = isProviderDown ? Math.max(token.unknownOutcomes, 1) : counted;
    if (unknownOutcomes >= MOST_UNKNOWN_OUTCOMES) return { ...ended, unknownOutcomes };
    // The first retry soon, because the grace of a rotated token is short.
    const waitMs = UNCERTAIN_RETRY_MS * 2 ** token.unknownOutcomes;
    return { ...same, state: 'uncertain', unknownOutcomes, retryAt: after(now, waitMs) };
  }
  if (error.code === 'invalid_grant') return ended;
  const dead = provider.deadRefreshToken;
  if (dead?.errors.includes(error.providerError ?? '')) {
    const refusals = token.refusals + 1;
    const firstRefusedAt = token.firstRefusedAt ?? now;
    const counted = { refusals, firstRefusedAt };
    if (refusals >= dead.refusals && now.getTime() - firstRefusedAt.getTime() >= dead.overMs) {
      return { ...ended, ...counted };
    }
    const waitMs = dead.overMs / (dead.refusals - 1);
    return { ...same, ...counted, retryAt: after(now, waitMs * (1 + random / 10)) };
  }
  return later;
}

function backOffMs(failures: number, random: number): number {
  const longest = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 20));
  return longest * (0.5 + random / 2);
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
