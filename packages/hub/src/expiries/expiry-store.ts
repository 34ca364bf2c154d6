import { expiry } from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Database, Db } from '../db/database.ts';
import type { StoredExpiry } from './expiry.ts';

const row = z.object({
  kind: expiry.shape.kind,
  subject_type: expiry.shape.subject.shape.type,
  subject_id: z.string(),
  name: z.string(),
  ends_at: z.date(),
  since: z.date(),
  trouble: z.string().nullable(),
  warned_lead_ms: z.coerce.number().nullable(),
});

const MOST = 1000;
const KEPT_FOR = sql`interval '30 days'`;

/** What ends until then and only a person can prevent, of records that are in use; the soonest first. */
export async function listExpiries(db: Db, now: Date, until: Date): Promise<StoredExpiry[]> {
  const { rows } = await sql`
    with ending as (
      select case when token.refresh_token_sealed is null then 'access_token' else 'refresh_token' end as kind,
        'credential' as subject_type, credential.id as subject_id, credential.name,
        token.lapses_at as ends_at, token.lapses_since as since, token.problem->>'detail' as trouble
      from tokens token
        join credentials credential on credential.id = token.credential_id
        join oauth_entity_profiles profile on profile.id = credential.profile_id
        join application_registries registry on registry.id = profile.application_registry_id
      where token.lapses_at > ${now} and token.lapses_at <= ${until} and credential.active and registry.active
        and token.state in ('available', 'refreshing', 'uncertain')
      union all
      select 'api_key', 'api_key', id, name, expires_at, created_at, null
      from api_keys where revoked_at is null and expires_at > ${now} and expires_at <= ${until}
      union all
      select 'client_secret', 'application_registry', id, name, client_secret_expires_at, client_secret_stored_at, null
      from application_registries
      where active and client_secret_sealed is not null
        and client_secret_expires_at > ${now} and client_secret_expires_at <= ${until}
    )
    select kind, subject_type, subject_id, name, date_trunc('milliseconds', ends_at) as ends_at,
      coalesce(since, ${now}) as since, trouble,
      (
        select min(lead_ms) from expiry_warnings warning
        where warning.subject_id = ending.subject_id
          and warning.ends_at = date_trunc('milliseconds', ending.ends_at)
      ) as warned_lead_ms
    from ending order by ends_at limit ${MOST}`.execute(db);
  return rows.map((found) => expiryOf(row.parse(found)));
}

function expiryOf(found: z.infer<typeof row>): StoredExpiry {
  return {
    kind: found.kind,
    subject: { type: found.subject_type, id: found.subject_id, name: found.name },
    endsAt: found.ends_at,
    since: found.since,
    trouble: found.trouble ?? undefined,
    warnedLeadMs: found.warned_lead_ms ?? undefined,
  };
}

/** @returns whether this transaction is the one that warns */
export async function claimWarning(
  { subject, endsAt }: StoredExpiry,
  leadMs: number,
  now: Date,
  trx: Kysely<Database>,
): Promise<boolean> {
  await sql`delete from expiry_warnings where subject_id = ${subject.id} and ends_at < ${now}::timestamptz - ${KEPT_FOR}`.execute(
    trx,
  );
  const claimed = await trx
    .insertInto('expiry_warnings')
    .values({ subject_id: subject.id, ends_at: endsAt, lead_ms: leadMs, warned_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('subject_id')
    .executeTakeFirst();
  return claimed !== undefined;
}
