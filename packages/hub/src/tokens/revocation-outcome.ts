import { providerAnswer } from '@lockkeeper/contract';
import type { OAuthError, OAuthErrorCode } from '@lockkeeper/oauth';
import { z } from 'zod';
import { detailOf, providerAnswerOf } from '../applications/provider-answer.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const FIRST_BACK_OFF_MS = 2 * SECOND;
const LONGEST_BACK_OFF_MS = 10 * MINUTE;
/** A provider that has not answered for so long needs a person. */
const GIVE_UP_AFTER_MS = 72 * HOUR;

/** Why a provider has not confirmed, as it is stored. */
export const revocationFacts = z.object({
  code: z.string(),
  detail: z.string(),
  answer: providerAnswer.nullable(),
});
export type RevocationFacts = z.infer<typeof revocationFacts>;

/** What is known after an attempt. */
export interface RevocationOutcome {
  readonly state: 'pending' | 'revoked' | 'local_only' | 'failed';
  readonly facts?: RevocationFacts;
  /** With `pending`: when to try again. */
  readonly retryAt?: Date;
}

/** These pass by themselves; everything else stays refused however often it is asked. */
export const passing: ReadonlySet<OAuthErrorCode> = new Set([
  'timeout',
  'unreachable',
  'answer_incomplete',
  'provider_unavailable',
  'rate_limited',
  'mid_server_unavailable',
  'mid_server_unreachable',
  'mid_server_lost',
]);

/**
 * @param attempts with this one
 * @param random from 0 to 1: many that failed together do not come back together
 * @see RFC 7009 §2.2.1: after 503 "the client must assume the token still exists and may retry after a delay"
 */
export function judgeFailedRevocation(
  error: OAuthError,
  { attempts, created_at: createdAt }: { attempts: number; created_at: Date },
  now: Date,
  random: number,
): RevocationOutcome {
  const facts = { code: `oauth.${error.code}`, detail: detailOf(error), answer: providerAnswerOf(error) };
  const isHopeless = now.getTime() - createdAt.getTime() >= GIVE_UP_AFTER_MS;
  if (!passing.has(error.code) || isHopeless) return { state: 'failed', facts };
  const longestMs = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(attempts - 1, 20));
  const waitMs = Math.max(longestMs * (0.5 + random / 2), error.retryAfterMs ?? 0);
  return { state: 'pending', facts, retryAt: new Date(now.getTime() + waitMs) };
}
