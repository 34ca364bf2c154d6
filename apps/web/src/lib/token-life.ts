import type { TokenState } from '@lockkeeper/contract';

/** The times of a token that its bar shows; ISO 8601. */
export interface TokenTimes {
  state: TokenState;
  issuedAt: string | null;
  expiresAt: string | null;
  refreshAt: string | null;
}

/** Positions on the bar, from 0 (issued) to 1 (expires). */
export interface TokenLife {
  now: number;
  /** null when no refresh ahead of expiry is planned. */
  refresh: number | null;
  /** Little is left and nothing will renew it. */
  urgent: boolean;
}

/** A token that nothing renews is Expiring in the last fifth of its life. */
const EXPIRING_PART = 0.2;

/** Where a token stands in its life; undefined when it has none to show. */
export function tokenLife(
  { state, issuedAt, expiresAt, refreshAt }: TokenTimes,
  now: Date,
): TokenLife | undefined {
  if (issuedAt === null || expiresAt === null || state === 'none' || state === 'revoked') return undefined;
  const start = Date.parse(issuedAt);
  const length = Date.parse(expiresAt) - start;
  if (!(length > 0)) return undefined;
  const position = (time: number) => Math.min(1, Math.max(0, (time - start) / length));
  const passed = position(now.getTime());
  return {
    now: passed,
    refresh: refreshAt === null ? null : position(Date.parse(refreshAt)),
    urgent:
      state === 'uncertain' ||
      state === 'needs_authorization' ||
      isExpiring({ state, issuedAt, expiresAt, refreshAt }, now),
  };
}

/** An available token in the last part of its life, of which no planned refresh is still ahead. */
export function isExpiring({ state, issuedAt, expiresAt, refreshAt }: TokenTimes, now: Date): boolean {
  if (state !== 'available' || issuedAt === null || expiresAt === null) return false;
  if (refreshAt !== null && Date.parse(refreshAt) > now.getTime()) return false;
  const length = Date.parse(expiresAt) - Date.parse(issuedAt);
  return Date.parse(expiresAt) - now.getTime() < length * EXPIRING_PART;
}
