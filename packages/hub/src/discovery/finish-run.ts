import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { ToolRecord } from '../tools/tool.ts';
import { noteDiscovered } from '../tools/tool-store.ts';
import { manyGone, partlyRead } from './discovery-run.ts';
import { holdRun, settleRun } from './discovery-run-store.ts';
import { countMissing, markGone, mustAsk } from './reconcile-gone.ts';

export interface Finishing {
  readonly runId: string;
  readonly leaseToken: string;
  readonly tool: ToolRecord;
  readonly calls: number;
}

/**
 * The last page is in: marks what was not met as gone, or stops and asks when that would be more than a tenth.
 * @returns false when the run is no longer ours
 */
export async function finishRun(
  { db, audit, events, now }: { db: Db; audit: AuditLog; events: EventBus; now: () => Date },
  { runId, leaseToken, tool, calls }: Finishing,
): Promise<boolean> {
  const lease = { runId, token: leaseToken };
  return db.transaction().execute(async (trx) => {
    const run = await holdRun(trx, lease);
    if (run === undefined) return false;
    const at = now();
    const sweep = { runId, toolId: tool.id, now: at };
    const missing = await countMissing(trx, sweep);
    if (mustAsk(missing) && !run.accept_gone) {
      const problem = manyGone(missing.repositories, missing.known);
      return settleRun(trx, lease, { state: 'paused', calls, problem });
    }
    const gone = await markGone(trx, sweep);
    const workspaces = await trx
      .selectFrom('discovery_run_workspaces')
      .select(['slug', 'state', 'error'])
      .where('run_id', '=', runId)
      .execute();
    const failed = workspaces.filter(({ state }) => state === 'failed');
    const nothingRead = failed.length > 0 && failed.length === workspaces.length;
    const settled = await settleRun(trx, lease, {
      state: nothingRead ? 'failed' : 'succeeded',
      calls,
      gone,
      finishedAt: at,
      problem: failed.length === 0 ? null : partlyRead(failed, workspaces.length),
    });
    if (!nothingRead) await noteDiscovered(trx, tool.id, at);
    await events.publish({ type: 'tool.updated', toolId: tool.id }, trx);
    await audit.record(
      {
        actor: { kind: 'system', id: null, name: 'discovery' },
        action: 'discovery.finished',
        outcome: nothingRead ? 'failure' : 'success',
        subject: { type: 'tool', id: tool.id, name: tool.name },
        summary: `discovered ${run.found} repositories of the tool ${tool.name}`,
        after: { found: run.found, added: run.added, changed: run.changed, gone, calls: run.calls + calls },
      },
      trx,
    );
    return settled;
  });
}
