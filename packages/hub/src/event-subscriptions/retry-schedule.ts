const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits after each failed attempt, as Standard Webhooks recommends them: ten attempts over some three days. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** A receiver that asks for more is not believed. */
const LONGEST_RETRY_AFTER_MS = 24 * HOUR;
/** What failed together is not tried together again. */
const JITTER = 0.2;

/**
 * @param attempts how many there were, at least one
 * @param random from 0 to 1
 * @returns undefined when it has been tried often enough
 */
export function nextAttempt(
  attempts: number,
  now: Date,
  random: number,
  retryAfterMs: number | undefined,
): Date | undefined {
  const delayMs = RETRY_DELAYS_MS[attempts - 1];
  if (delayMs === undefined) return undefined;
  const askedMs = Math.min(retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  return new Date(now.getTime() + Math.max(delayMs * (1 + JITTER * random), askedMs));
}

/** @returns milliseconds from now; undefined for what is neither seconds nor a date (RFC 9110 §10.2.3) */
export function retryAfterMsOf(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * SECOND;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
