import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { Sweep } from './reconcile-page.ts';

/** A sweep that misses more than this share of what is known stops and asks. */
const goneWithoutAsking = 1 / 10;

export interface Missing {
  readonly repositories: number;
  /** All that were known before, the missing ones included. */
  readonly known: number;
}

/**
 * The workspaces that this sweep read to their end. Only in them can anything be gone: where a listing broke off,
 * or brought less than the tool itself counts, a row that was not met proves nothing.
 */
const readToTheEnd = (runId: string, listing: 'projects' | 'repositories') => sql`
  select w.id
  from discovery_run_workspaces s
  join discovery_runs run on run.id = s.run_id
  join workspaces w on w.tool_id = run.tool_id and w.external_id = s.external_id
  where s.run_id = ${runId} and s.state = 'read'
    and s.${sql.ref(`${listing}_complete`)}
    and s.${sql.ref(listing)} >= coalesce(s.${sql.ref(`expected_${listing}`)}, 0)`;

/** Workspaces that the complete list of workspaces did not name. */
const absentWorkspaces = ({ runId, toolId }: Sweep) => sql`
  select w.id
  from workspaces w
  join discovery_runs run on run.id = ${runId} and run.workspaces_complete
  where w.tool_id = ${toolId} and w.gone_at is null and w.seen_run_id is distinct from ${runId}`;

const missingIn = (sweep: Sweep, listing: 'projects' | 'repositories') => sql`
  gone_at is null and tool_id = ${sweep.toolId} and seen_run_id is distinct from ${sweep.runId}
  and (workspace_id in (${readToTheEnd(sweep.runId, listing)}) or workspace_id in (${absentWorkspaces(sweep)}))`;

export async function countMissing(trx: Kysely<Database>, sweep: Sweep): Promise<Missing> {
  const { rows } = await sql<{ repositories: number; known: number }>`
    select count(*) filter (where ${missingIn(sweep, 'repositories')}) as repositories,
      count(*) filter (where first_seen_at < (select created_at from discovery_runs where id = ${sweep.runId})) as known
    from repositories where tool_id = ${sweep.toolId} and gone_at is null`.execute(trx);
  return rows[0] ?? { repositories: 0, known: 0 };
}

/** Leaves a tombstone where something was: an id that was handed out stays readable. @returns the repositories gone */
export async function markGone(trx: Kysely<Database>, sweep: Sweep): Promise<number> {
  const repositories = await sql`
    update repositories set gone_at = ${sweep.now} where ${missingIn(sweep, 'repositories')}`.execute(trx);
  await sql`update projects set gone_at = ${sweep.now} where ${missingIn(sweep, 'projects')}`.execute(trx);
  await sql`update workspaces set gone_at = ${sweep.now} where id in (${absentWorkspaces(sweep)})`.execute(
    trx,
  );
  return Number(repositories.numAffectedRows ?? 0n);
}

export function mustAsk({ repositories, known }: Missing): boolean {
  return repositories > known * goneWithoutAsking;
}
