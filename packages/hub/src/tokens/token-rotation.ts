import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { SealedValue, StoredToken } from './token.ts';

/** New tokens, as they are written. */
export interface SealedTokens {
  readonly accessToken: SealedValue;
  /** `undefined`: the one there is stays. */
  readonly refreshToken: SealedValue | undefined;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly refreshAt: Date | undefined;
  readonly refreshTokenExpiresAt: Date | undefined;
  readonly lapsesAt: Date | undefined;
  readonly lapsesSince: Date | undefined;
  /** `undefined`: as before. */
  readonly scopesAsked?: readonly string[] | undefined;
  readonly scopesGranted: readonly string[] | undefined;
}

export interface Rotated {
  /** The token that was replaced. */
  readonly token: StoredToken;
  readonly tokens: SealedTokens;
}

/**
 * Puts new tokens in the place of those they grew from, in one statement however many they are. Accepted also after the
 * lease has ended, if the refresh token still is the one it grew from.
 *
 * @returns the ids of those that were still current
 */
export async function rotateAll(
  rotations: readonly Rotated[],
  now: Date,
  trx: Kysely<Database>,
): Promise<ReadonlySet<string>> {
  // Locked in one order everywhere, so that two transactions never wait for each other in a circle.
  const { rows } = await sql<{ id: string }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rotations.map(rowOf))}::jsonb) as given (
        id text, old_version integer, access_token_sealed text, access_token_version integer,
        refresh_token_sealed text, refresh_token_version integer, issued_at timestamptz, expires_at timestamptz,
        refresh_at timestamptz, refresh_token_expires_at timestamptz, lapses_at timestamptz, lapses_since timestamptz,
        scopes_asked text[], scopes_granted text[]
      )
    ), current as (
      select tokens.id from tokens join given on given.id = tokens.id and given.old_version = tokens.version
      order by tokens.id for update of tokens
    )
    update tokens set
      state = 'available',
      version = given.old_version + 1,
      access_token_sealed = given.access_token_sealed,
      access_token_version = given.access_token_version,
      refresh_token_sealed = coalesce(given.refresh_token_sealed, tokens.refresh_token_sealed),
      refresh_token_version = coalesce(given.refresh_token_version, tokens.refresh_token_version),
      issued_at = given.issued_at,
      expires_at = given.expires_at,
      refresh_at = given.refresh_at,
      refresh_token_expires_at = given.refresh_token_expires_at,
      lapses_at = given.lapses_at,
      lapses_since = given.lapses_since,
      scopes_asked = coalesce(given.scopes_asked, tokens.scopes_asked),
      scopes_granted = case
        when given.scopes_granted is not null then given.scopes_granted
        -- Where others were asked for, what was granted before says nothing.
        when given.scopes_asked is null then tokens.scopes_granted
      end,
      last_refresh_at = ${now}::timestamptz, updated_at = ${now}::timestamptz,
      lease_id = null, lease_until = null, lease_sent_at = null,
      unknown_outcomes = 0, refusals = 0, first_refused_at = null, failures = 0, retry_at = null, problem = null
    from given join current on current.id = given.id
    where tokens.id = given.id
    returning tokens.id
  `.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

function rowOf({
  token,
  tokens: { accessToken, refreshToken, scopesAsked, scopesGranted, ...times },
}: Rotated) {
  return {
    id: token.id,
    old_version: token.version,
    access_token_sealed: accessToken.sealed,
    access_token_version: accessToken.version,
    refresh_token_sealed: refreshToken?.sealed,
    refresh_token_version: refreshToken?.version,
    issued_at: times.issuedAt,
    expires_at: times.expiresAt,
    refresh_at: times.refreshAt,
    refresh_token_expires_at: times.refreshTokenExpiresAt,
    lapses_at: times.lapsesAt,
    lapses_since: times.lapsesSince,
    scopes_asked: scopesAsked,
    scopes_granted: scopesGranted,
  };
}
