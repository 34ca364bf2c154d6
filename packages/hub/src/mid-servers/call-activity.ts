import type { MidServerActivity } from '@lockkeeper/contract';

/** One call that has ended, as far as people may see it. */
export interface EndedCall {
  readonly at: Date;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly credentialName: string | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly tookMs: number;
}

const MINUTE_MS = 60_000;
const MINUTES = 30;
const RECENT_CALLS = 50;
/** Of one minute; more are counted but not measured. */
const MAX_DURATIONS = 2000;

interface Bucket {
  readonly minute: number;
  calls: number;
  errors: number;
  readonly durationsMs: number[];
}

/** What one MID Server did in the last half hour, as this instance saw it. In memory, bounded, gone with the process. */
export class CallActivity {
  #buckets: Bucket[] = [];
  #recent: EndedCall[] = [];
  #inFlight = 0;

  begin(): void {
    this.#inFlight += 1;
  }

  end(call: EndedCall, now: Date): void {
    this.#inFlight -= 1;
    const bucket = this.#bucketOf(now);
    bucket.calls += 1;
    if (call.error !== null || (call.status ?? 0) >= 500) bucket.errors += 1;
    if (bucket.durationsMs.length < MAX_DURATIONS) bucket.durationsMs.push(call.tookMs);
    this.#recent.unshift(call);
    if (this.#recent.length > RECENT_CALLS) this.#recent.pop();
  }

  /** Calls that ended in the last 60 s, roughly: this minute and the share of the one before. */
  lastMinute(now: Date): { callsPerMinute: number; medianMs: number | null } {
    const minute = minuteOf(now);
    const current = this.#buckets.find((bucket) => bucket.minute === minute);
    const before = this.#buckets.find((bucket) => bucket.minute === minute - 1);
    const share = 1 - (now.getTime() % MINUTE_MS) / MINUTE_MS;
    const durations = [...(current?.durationsMs ?? []), ...(before?.durationsMs ?? [])];
    return {
      callsPerMinute: Math.round((current?.calls ?? 0) + (before?.calls ?? 0) * share),
      medianMs: quantile(durations, 0.5),
    };
  }

  view(now: Date): Pick<MidServerActivity, 'buckets' | 'inFlight' | 'recentCalls'> {
    const last = minuteOf(now);
    const byMinute = new Map(this.#buckets.map((bucket) => [bucket.minute, bucket]));
    const buckets = Array.from({ length: MINUTES }, (_, index) => {
      const minute = last - (MINUTES - 1) + index;
      const bucket = byMinute.get(minute);
      return {
        at: new Date(minute * MINUTE_MS).toISOString(),
        calls: bucket?.calls ?? 0,
        errors: bucket?.errors ?? 0,
        medianMs: quantile(bucket?.durationsMs ?? [], 0.5),
        p99Ms: quantile(bucket?.durationsMs ?? [], 0.99),
      };
    });
    const recentCalls = this.#recent.map((call) => ({ ...call, at: call.at.toISOString() }));
    return { buckets, inFlight: this.#inFlight, recentCalls };
  }

  #bucketOf(now: Date): Bucket {
    const minute = minuteOf(now);
    const last = this.#buckets.at(-1);
    if (last?.minute === minute) return last;
    const bucket: Bucket = { minute, calls: 0, errors: 0, durationsMs: [] };
    this.#buckets = [...this.#buckets.filter((old) => old.minute > minute - MINUTES), bucket];
    return bucket;
  }
}

const minuteOf = (at: Date): number => Math.floor(at.getTime() / MINUTE_MS);

function quantile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
