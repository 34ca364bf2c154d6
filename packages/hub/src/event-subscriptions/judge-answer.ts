import { nextAttempt } from './retry-schedule.ts';
import type { SentAnswer } from './send-event.ts';

/** What an answer means for a delivery. */
export type Verdict =
  | { kind: 'delivered' }
  | { kind: 'retry'; at: Date }
  /** Tried often enough. */
  | { kind: 'failed' }
  /** The receiver is not there any more and does not want to be asked again (410). */
  | { kind: 'gone' };

/**
 * @param attempts that count for the schedule, this one included
 * @param random from 0 to 1
 */
export function judgeAnswer(
  { status, error, retryAfterMs }: Pick<SentAnswer, 'status' | 'error' | 'retryAfterMs'>,
  attempts: number,
  now: Date,
  random: number,
): Verdict {
  if (error === null) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  const at = nextAttempt(attempts, now, random, retryAfterMs);
  return at === undefined ? { kind: 'failed' } : { kind: 'retry', at };
}
