import type { Switches } from '../switches/switches.ts';

const HOUR = 3_600_000;

export interface RateLimit {
  /** Counts a call and says how it stands with the rolling hour. */
  count(callerId: string): RateLimitState;
}

export interface RateLimitState {
  readonly isExceeded: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the oldest counted call leaves the hour. */
  readonly resetSeconds: number;
}

export function createRateLimit(now: () => Date, switches: Switches): RateLimit {
  const calls = new Map<string, number[]>();
  return {
    count: (callerId) => {
      const limit = switches.rateLimitPerHour;
      if (limit === 0) return { isExceeded: false, limit, remaining: 0, resetSeconds: 0 };
      const time = now().getTime();
      const times = calls.get(callerId) ?? [];
      calls.set(callerId, times);
      const expired = times.findIndex((at) => at > time - HOUR);
      times.splice(0, expired === -1 ? times.length : expired);
      const isExceeded = times.length >= limit;
      if (!isExceeded) times.push(time);
      const oldest = times.at(-limit) ?? times[0] ?? time;
      const resetSeconds = Math.max(1, Math.ceil((oldest + HOUR - time) / 1000));
      return { isExceeded, limit, remaining: limit - times.length, resetSeconds };
    },
  };
}
