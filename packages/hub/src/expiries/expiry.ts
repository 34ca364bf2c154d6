import type { Expiry } from '@lockkeeper/contract';

/** An end as it is stored: what it is of, and since when it was known to come. */
export interface StoredExpiry {
  readonly kind: Expiry['kind'];
  readonly subject: Expiry['subject'];
  readonly endsAt: Date;
  readonly since: Date;
  /** Why the token cannot be refreshed at present. */
  readonly trouble: string | undefined;
  /** The shortest lead time that was warned of already. */
  readonly warnedLeadMs: number | undefined;
}

const DAY = 24 * 60 * 60 * 1000;
const LEAD_TIMES_MS = [14 * DAY, 3 * DAY, DAY];
export const LONGEST_LEAD_MS = 14 * DAY;

/** How long ahead to warn of the end of something that lives so long: not as soon as it is made. */
export function leadTimes(lifeMs: number): readonly number[] {
  const fitting = LEAD_TIMES_MS.filter((leadMs) => leadMs <= lifeMs / 2);
  return fitting.length > 0 ? fitting : [Math.floor(lifeMs / 4)];
}

/** The lead time to warn for now: the shortest that has begun, so that somebody who was away is told once, not thrice. */
export function leadTimeNow({ endsAt, since }: Pick<StoredExpiry, 'endsAt' | 'since'>, now: Date) {
  const leftMs = endsAt.getTime() - now.getTime();
  if (leftMs <= 0) return undefined;
  return leadTimes(endsAt.getTime() - since.getTime()).findLast((leadMs) => leftMs <= leadMs);
}

/** Whether it is time for a warning that was not given yet. @returns its lead time */
export function dueLeadTime(expiry: StoredExpiry, now: Date): number | undefined {
  const leadMs = leadTimeNow(expiry, now);
  return leadMs !== undefined && (expiry.warnedLeadMs ?? Number.POSITIVE_INFINITY) > leadMs
    ? leadMs
    : undefined;
}

export function expiryView({ kind, subject, endsAt, trouble }: StoredExpiry): Expiry {
  return { kind, subject, endsAt: endsAt.toISOString(), ...words(kind, trouble) };
}

function words(kind: Expiry['kind'], trouble: string | undefined): Pick<Expiry, 'why' | 'remedy'> {
  switch (kind) {
    case 'refresh_token':
      return trouble === undefined
        ? {
            why: 'Its refresh token ends then, and refreshing does not extend it.',
            remedy: 'Press Get OAuth Token before, and grant access again.',
          }
        : {
            why: `Its refresh token ends then unused, because it cannot be refreshed at present. ${trouble}`,
            remedy: 'Mend what keeps it from being refreshed, or press Get OAuth Token.',
          };
    case 'access_token':
      return {
        why: 'Its access token ends then, and the provider issued no refresh token to renew it.',
        remedy: 'Press Get OAuth Token before, and grant access again.',
      };
    case 'api_key':
      return {
        why: 'The API key ends then: programs that use it are refused.',
        remedy: 'Create a new API key and give it to them.',
      };
    case 'client_secret':
      return {
        why: 'Its client secret ends then: no token of this registry can be refreshed any more.',
        remedy: 'Make a new secret at the provider, and enter it with its end in the Application Registry.',
      };
  }
}
