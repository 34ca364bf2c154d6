import {
  actorRef,
  type SecretsUsed,
  type SecretsUsedQuery,
  type SecretUse,
  secretUse,
  secretUseKind,
} from '@lockkeeper/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import { CREDENTIAL_USED, singleUses } from './secret-use.ts';

/** More lines than this and the question has to be narrower. */
const MOST_LINES = 2000;

const row = z.object({
  subject_id: z.string(),
  subject_name: z.string().nullable(),
  actor_kind: actorRef.shape.kind,
  actor_id: z.string().nullable(),
  actor_name: z.string(),
  kind: secretUseKind,
  mid_server: secretUse.shape.midServer,
  count: z.number(),
  first_at: z.date(),
  last_at: z.date(),
});

/**
 * Answers the question after every break-in: which secrets were used between two times, and by whom. Sums the audit
 * entries of single uses and of batches; a batch counts when any use of it falls between the two.
 */
export async function findSecretsUsed(
  db: Db,
  { from, to, credentialId, actorId }: SecretsUsedQuery,
): Promise<SecretsUsed> {
  const kinds = JSON.stringify(singleUses);
  const { rows } = await sql`
    with uses as (
      select subject_id, subject_name, actor_kind, actor_id, actor_name, sequence,
        coalesce(${kinds}::jsonb ->> action, after ->> 'kind') as kind,
        after -> 'midServer' as mid_server,
        coalesce((after ->> 'count')::bigint, 1) as count,
        coalesce((after ->> 'firstAt')::timestamptz, at) as first_at,
        coalesce((after ->> 'lastAt')::timestamptz, at) as last_at
      from audit_entries
      where action in (${sql.join([CREDENTIAL_USED, ...Object.keys(singleUses)])})
        and subject_id is not null
        and (after ->> 'secretSent') is distinct from 'false'
        and at >= ${from}::timestamptz
        -- A batch is written up to some seconds after its uses.
        and at < ${to}::timestamptz + interval '1 minute'
        ${credentialId === undefined ? sql`` : sql`and subject_id = ${credentialId}`}
        ${actorId === undefined ? sql`` : sql`and actor_id = ${actorId}`}
    )
    select subject_id, (array_agg(subject_name order by sequence desc))[1] as subject_name,
      actor_kind, actor_id, (array_agg(actor_name order by sequence desc))[1] as actor_name,
      kind, (array_agg(mid_server order by sequence desc))[1] as mid_server,
      sum(count)::bigint as count, min(first_at) as first_at, max(last_at) as last_at
    from uses
    where first_at < ${to}::timestamptz and last_at >= ${from}::timestamptz
    group by subject_id, actor_kind, actor_id, kind, mid_server ->> 'id', case when actor_id is null then actor_name end
    order by max(last_at) desc, subject_id, actor_id, kind, mid_server ->> 'id'
    limit ${MOST_LINES + 1}
  `.execute(db);
  return { items: rows.slice(0, MOST_LINES).map(secretUseOf), truncated: rows.length > MOST_LINES };
}

function secretUseOf(found: unknown): SecretUse {
  const use = row.parse(found);
  return {
    credential: { id: use.subject_id, name: use.subject_name ?? use.subject_id },
    actor: { kind: use.actor_kind, id: use.actor_id, name: use.actor_name },
    kind: use.kind,
    midServer: use.mid_server,
    count: use.count,
    firstAt: use.first_at.toISOString(),
    lastAt: use.last_at.toISOString(),
  };
}
