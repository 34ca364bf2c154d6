import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../db/database.ts';

/** A credential whose token came from a backup. */
export interface RestoredToken {
  readonly credentialId: string;
  readonly name: string;
  readonly registry: string;
  readonly state: string;
  /** When the token that is in the backup was obtained. */
  readonly issuedAt: Date | undefined;
  /** What the provider said to its refresh token, once it was tried. */
  readonly problem: string | undefined;
}

interface Restore {
  /** No token is to be used. */
  isDrill: boolean;
  now: Date;
  /** When the backup was made. */
  madeAt: Date;
}

/**
 * A refresh token may have been replaced since the backup, and nobody but the provider can tell. So each becomes
 * uncertain and due at once, with an access token that counts as expired: its first refresh decides whether it is
 * available or needs authorization. Leases and back-offs of processes that are no more are dropped.
 */
export async function markRestoredTokens(
  db: Kysely<Database>,
  { isDrill, now, madeAt }: Restore,
): Promise<RestoredToken[]> {
  const detail = isDrill
    ? `Restored from the backup of ${madeAt.toISOString()} for a drill: it is not used.`
    : `Restored from the backup of ${madeAt.toISOString()}. Its refresh token may have been replaced since; the next refresh tells.`;
  const rows = await db
    .updateTable('tokens')
    .set({
      state: isDrill ? 'needs_authorization' : 'uncertain',
      version: sql<number>`version + 1`,
      expires_at: sql<Date>`least(expires_at, ${now}::timestamptz)`,
      refresh_at: now,
      lease_id: null,
      lease_until: null,
      lease_sent_at: null,
      unknown_outcomes: 0,
      refusals: 0,
      first_refused_at: null,
      failures: 0,
      retry_at: null,
      problem: JSON.stringify({ code: 'token.restored', detail, at: now.toISOString() }),
      updated_at: now,
    })
    .where('state', 'in', ['available', 'refreshing', 'uncertain'])
    // One without cannot have been replaced: it ends by itself, or is asked for anew when it is due.
    .$if(!isDrill, (query) => query.where('refresh_token_sealed', 'is not', null))
    .returning('credential_id')
    .execute();
  if (isDrill) await holdRevocations(db, now);
  return listTokens(
    db,
    rows.map((row) => row.credential_id),
  );
}

/** The original tells the providers; a drill only shows what was still to be told. */
async function holdRevocations(db: Kysely<Database>, now: Date): Promise<void> {
  const detail = 'Restored from a backup for a drill: no token is sent anywhere.';
  await db
    .updateTable('revoked_tokens')
    .set({
      state: 'failed',
      outcome: JSON.stringify({ code: 'token.restored', detail, answer: null }),
      retry_at: null,
      lease_until: null,
      finished_at: now,
    })
    .where('state', '=', 'pending')
    .execute();
}

const restoredEntry = z.object({ madeAt: z.iso.datetime(), credentials: z.array(z.string()) });

/** What became of the tokens of the last restore; undefined where nothing was restored. */
export async function reportRestoredTokens(
  db: Kysely<Database>,
): Promise<{ madeAt: string; tokens: RestoredToken[] } | undefined> {
  const entry = await db
    .selectFrom('audit_entries')
    .select('after')
    .where('action', '=', 'backup.restored')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (entry === undefined) return undefined;
  const { madeAt, credentials } = restoredEntry.parse(entry.after);
  return { madeAt, tokens: await listTokens(db, credentials) };
}

async function listTokens(db: Kysely<Database>, credentialIds: readonly string[]): Promise<RestoredToken[]> {
  if (credentialIds.length === 0) return [];
  const rows = await db
    .selectFrom('tokens')
    .innerJoin('credentials', 'credentials.id', 'tokens.credential_id')
    .innerJoin('oauth_entity_profiles as profile', 'profile.id', 'credentials.profile_id')
    .innerJoin('application_registries as registry', 'registry.id', 'profile.application_registry_id')
    .select([
      'credentials.id',
      'credentials.name',
      'registry.name as registry',
      'tokens.state',
      'tokens.issued_at',
      'tokens.problem',
    ])
    .where('credentials.id', 'in', [...credentialIds])
    .orderBy('credentials.name')
    .execute();
  return rows.map((row) => ({
    credentialId: row.id,
    name: row.name,
    registry: row.registry,
    state: row.state,
    issuedAt: row.issued_at ?? undefined,
    problem: problemDetail.safeParse(row.problem).data?.detail,
  }));
}

const problemDetail = z.object({ detail: z.string() });
