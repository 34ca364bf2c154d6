import type { ActorRef, DiscoveryRun } from '@lockkeeper/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { DiscoveryRunRow } from '../db/tables/discovery.ts';
import { type RunProblem, toRun } from './discovery-run.ts';

type Run = Selectable<DiscoveryRunRow>;

export async function insertRun(
  trx: Kysely<Database>,
  run: { id: string; toolId: string; startedBy: ActorRef; now: Date },
): Promise<boolean> {
  const inserted = await trx
    .insertInto('discovery_runs')
    .values({
      id: run.id,
      tool_id: run.toolId,
      state: 'queued',
      started_by: JSON.stringify(run.startedBy),
      created_at: run.now,
    })
    .onConflict((conflict) =>
      conflict
        .column('tool_id')
        // The predicate of the index discovery_runs_one_active.
        .where(sql<boolean>`state in ('queued', 'running', 'throttled', 'paused')`)
        .doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function findRun(db: Kysely<Database>, id: string): Promise<DiscoveryRun | undefined> {
  const row = await db.selectFrom('discovery_runs').selectAll().where('id', '=', id).executeTakeFirst();
  return row && withWorkspaces(db, row);
}

/** Nobody changes it until the transaction ends. */
export async function lockRunForReading(trx: Kysely<Database>, id: string): Promise<void> {
  await trx.selectFrom('discovery_runs').select('id').where('id', '=', id).forShare().execute();
}

export async function withWorkspaces(db: Kysely<Database>, row: Run): Promise<DiscoveryRun> {
  const workspaces = await db
    .selectFrom('discovery_run_workspaces')
    .selectAll()
    .where('run_id', '=', row.id)
    .orderBy('position')
    .execute();
  return toRun(row, workspaces);
}

/**
 * Takes the oldest run that is due and that nobody holds. A lease that ran out belongs to an instance that died:
 * its run goes on here, from the last page that was kept.
 */
export async function claimRun(
  db: Kysely<Database>,
  lease: { token: string; leaseMs: number; now: Date },
): Promise<Run | undefined> {
  const { rows } = await sql<Run>`
    update discovery_runs set
      state = 'running',
      lease_token = ${lease.token},
      lease_until = now() + ${lease.leaseMs} * interval '1 ms',
      started_at = coalesce(started_at, ${lease.now}),
      resumptions = resumptions + case when started_at is null then 0 else 1 end,
      failures = failures + 1,
      resume_at = null
    where id = (
      select id from discovery_runs
      where state in ('queued', 'running', 'throttled')
        and (resume_at is null or resume_at <= ${lease.now})
        and (lease_until is null or lease_until < now())
      order by created_at
      limit 1
      for update skip locked
    )
    returning *`.execute(db);
  return rows[0];
}

/** @returns false when the lease is no longer ours */
export async function renewLease(
  db: Kysely<Database>,
  lease: { runId: string; token: string; leaseMs: number },
): Promise<boolean> {
  const result = await db
    .updateTable('discovery_runs')
    .set({ lease_until: sql`now() + ${lease.leaseMs} * interval '1 ms'` })
    .where('id', '=', lease.runId)
    .where('lease_token', '=', lease.token)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Locks the run for this transaction, if the lease is still ours: the fence before every write of a worker. */
export async function holdRun(
  trx: Kysely<Database>,
  lease: { runId: string; token: string },
): Promise<Run | undefined> {
  return trx
    .selectFrom('discovery_runs')
    .selectAll()
    .where('id', '=', lease.runId)
    .where('lease_token', '=', lease.token)
    .forUpdate()
    .executeTakeFirst();
}

/** Calls that left, and whose page nobody kept: they were made all the same. */
export async function addCalls(db: Kysely<Database>, runId: string, calls: number): Promise<void> {
  if (calls === 0) return;
  await db
    .updateTable('discovery_runs')
    .set((eb) => ({ calls: eb('calls', '+', calls) }))
    .where('id', '=', runId)
    .execute();
}

/** Ends a worker's hold on a run. @returns false when it was not ours any more, and nothing changed */
export async function settleRun(
  trx: Kysely<Database>,
  lease: { runId: string; token: string },
  outcome: {
    state: DiscoveryRun['state'];
    calls: number;
    problem?: RunProblem | null;
    resumeAt?: Date;
    finishedAt?: Date;
    gone?: number;
    forgetFailures?: boolean;
  },
): Promise<boolean> {
  const result = await trx
    .updateTable('discovery_runs')
    .set((eb) => ({
      state: outcome.state,
      calls: eb('calls', '+', outcome.calls),
      gone: eb('gone', '+', outcome.gone ?? 0),
      resume_at: outcome.resumeAt ?? null,
      finished_at: outcome.finishedAt ?? null,
      lease_token: null,
      lease_until: null,
      ...(outcome.forgetFailures ? { failures: 0 } : {}),
      ...(outcome.problem === undefined
        ? {}
        : { problem: outcome.problem && JSON.stringify(outcome.problem) }),
    }))
    .where('id', '=', lease.runId)
    .where('lease_token', '=', lease.token)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Moves a run by a person's wish, whoever works on it: the lease ends with it, so that nothing a worker still
 * has in hand is kept.
 */
export async function moveRun(
  trx: Kysely<Database>,
  id: string,
  from: readonly DiscoveryRun['state'][],
  to: { state: DiscoveryRun['state']; finishedAt?: Date; acceptGone?: boolean },
): Promise<boolean> {
  const result = await trx
    .updateTable('discovery_runs')
    .set({
      state: to.state,
      finished_at: to.finishedAt ?? null,
      resume_at: null,
      lease_token: null,
      lease_until: null,
      ...(to.state === 'queued' ? { problem: null, failures: 0 } : {}),
      ...(to.acceptGone ? { accept_gone: true } : {}),
    })
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
