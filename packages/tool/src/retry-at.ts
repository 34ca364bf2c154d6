const SECOND = 1000;
const HOUR = 3600 * SECOND;
/** A provider that names no moment: Bitbucket's hourly window moves on by about a sixtieth in a minute. */
const defaultDelayMs = 60 * SECOND;
/** Longer waits are not believed: the call is tried again after this time and may be refused again. */
const maxDelayMs = 24 * HOUR;
const minDelayMs = 1 * SECOND;

/**
 * When a refused call may be repeated: `Retry-After` (seconds or date, RFC 9110 §10.2.3), else
 * `X-RateLimit-Reset` (seconds that remain, not an epoch), else a minute. Bounded at both ends.
 */
export function retryAt(headers: Headers, now: Date): Date {
  const delayMs =
    delayOf(headers.get('retry-after'), now) ?? secondsOf(headers.get('x-ratelimit-reset')) ?? defaultDelayMs;
  return new Date(now.getTime() + Math.min(Math.max(delayMs, minDelayMs), maxDelayMs));
}

function delayOf(value: string | null, now: Date): number | undefined {
  if (value === null) return undefined;
  const seconds = secondsOf(value);
  if (seconds !== undefined) return seconds;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : date - now.getTime();
}

function secondsOf(value: string | null): number | undefined {
  return value !== null && /^\s*-?\d{1,15}(\.\d+)?\s*$/.test(value) ? Number(value) * SECOND : undefined;
}
