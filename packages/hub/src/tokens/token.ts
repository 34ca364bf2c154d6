import {
  type CredentialId,
  credentialId,
  type GrantType,
  providerAnswer,
  type TokenState,
} from '@lockkeeper/contract';
import type { SealingContext } from '@lockkeeper/vault';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { isAskedAnew } from '../applications/token-ask.ts';
import type { TokensTables } from '../db/tables/tokens.ts';

export type TokenRow = Selectable<TokensTables['tokens']>;

export const tokenProblem = z.object({
  code: z.string(),
  detail: z.string(),
  at: z.iso.datetime(),
  /** What the provider said itself; absent in what was written before it was kept. */
  answer: providerAnswer.nullish(),
});
export type TokenProblem = z.infer<typeof tokenProblem>;

export interface SealedValue {
  readonly sealed: string;
  /** The version it was sealed for; that of the row may be higher. */
  readonly version: number;
}

/** The current token of a credential, still sealed. Without one there is no `StoredToken`. */
export interface StoredToken {
  readonly id: string;
  readonly credentialId: CredentialId;
  /** By which it came. */
  readonly grantType: GrantType;
  readonly state: Exclude<TokenState, 'none'>;
  /** The fence: another version is another token. */
  readonly version: number;
  readonly accessToken: SealedValue | undefined;
  readonly refreshToken: SealedValue | undefined;
  readonly issuedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly refreshAt: Date | undefined;
  readonly refreshTokenExpiresAt: Date | undefined;
  /** When only a person can go on, and since when that is known; undefined while it renews itself. */
  readonly lapsesAt: Date | undefined;
  readonly lapsesSince: Date | undefined;
  readonly scopesAsked: readonly string[];
  /** `undefined`: the provider did not say, so it granted what was asked (RFC 6749 §5.1). */
  readonly scopesGranted: readonly string[] | undefined;
  readonly unknownOutcomes: number;
  readonly refusals: number;
  readonly firstRefusedAt: Date | undefined;
  readonly failures: number;
  readonly retryAt: Date | undefined;
  readonly problem: TokenProblem | undefined;
  readonly lastRefreshAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
}

export function tokenOf(row: TokenRow): StoredToken {
  return {
    id: row.id,
    credentialId: credentialId.parse(row.credential_id),
    grantType: row.grant_type,
    state: row.state,
    version: row.version,
    accessToken: sealedValue(row.access_token_sealed, row.access_token_version),
    refreshToken: sealedValue(row.refresh_token_sealed, row.refresh_token_version),
    issuedAt: row.issued_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    refreshAt: row.refresh_at ?? undefined,
    refreshTokenExpiresAt: row.refresh_token_expires_at ?? undefined,
    lapsesAt: row.lapses_at ?? undefined,
    lapsesSince: row.lapses_since ?? undefined,
    scopesAsked: row.scopes_asked,
    scopesGranted: row.scopes_granted ?? undefined,
    unknownOutcomes: row.unknown_outcomes,
    refusals: row.refusals,
    firstRefusedAt: row.first_refused_at ?? undefined,
    failures: row.failures,
    retryAt: row.retry_at ?? undefined,
    problem: row.problem === null ? undefined : tokenProblem.parse(row.problem),
    lastRefreshAt: row.last_refresh_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}

function sealedValue(sealed: string | null, version: number | null): SealedValue | undefined {
  return sealed === null || version === null ? undefined : { sealed, version };
}

/** Where a token is sealed for. */
export function tokenPlace(
  tokenId: string,
  column: 'access_token' | 'refresh_token',
  version: number,
): SealingContext {
  return { table: 'tokens', rowId: tokenId, column, version };
}

const SECOND = 1000;
const LONGEST_MARGIN_MS = 30 * SECOND;
const SHORTEST_PAUSE_MS = 10 * SECOND;

/** Whether it may be handed out: a call that starts now should still arrive in time. */
export function isUsable(token: StoredToken, now: Date): boolean {
  return usableUntilMs(token) > now.getTime();
}

/** In milliseconds since 1970; long ago for what may not be handed out at all. */
export function usableUntilMs(token: StoredToken): number {
  if (!token.accessToken || !token.expiresAt || !token.issuedAt) return Number.NEGATIVE_INFINITY;
  if (token.state === 'needs_authorization' || token.state === 'revoked') return Number.NEGATIVE_INFINITY;
  const lifeMs = token.expiresAt.getTime() - token.issuedAt.getTime();
  return token.expiresAt.getTime() - Math.min(LONGEST_MARGIN_MS, lifeMs / 10);
}

export function isRefreshable(token: StoredToken): boolean {
  const hasMeans = token.refreshToken !== undefined || isAskedAnew(token.grantType);
  return hasMeans && ['available', 'refreshing', 'uncertain'].includes(token.state);
}

/** Whether it is time to refresh ahead of expiry, or again after a failure. */
export function isDue({ refreshAt, retryAt }: StoredToken, now: Date): boolean {
  const dueMs = Math.max(refreshAt?.getTime() ?? Number.NEGATIVE_INFINITY, retryAt?.getTime() ?? 0);
  return (refreshAt ?? retryAt) !== undefined && dueMs <= now.getTime();
}

/**
 * When to refresh ahead of expiry: after 75 to 90 % of the token's life, so that tokens that were issued together are
 * not refreshed together; and not at once where a provider issues tokens that live for seconds, or nothing at all.
 *
 * @param random from 0 to 1
 */
export function refreshTime(issuedAt: Date, expiresAt: Date, random: number): Date {
  const lifeMs = expiresAt.getTime() - issuedAt.getTime();
  return new Date(issuedAt.getTime() + Math.max(lifeMs * (0.75 + 0.15 * random), SHORTEST_PAUSE_MS));
}
