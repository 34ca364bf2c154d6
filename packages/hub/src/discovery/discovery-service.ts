import type { DiscoveryRun, Page } from '@lockkeeper/contract';
import { sql } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { EventBus } from '../events/event-bus.ts';
import { found, HubError } from '../http/hub-error.ts';
import { fetchPage } from '../http/page.ts';
import { actorOf } from '../http/principal.ts';
import type { ToolRecord } from '../tools/tool.ts';
import type { Asker } from '../tools/tool-service.ts';
import { findToolRow } from '../tools/tool-store.ts';
import { activeStates, isActive } from './discovery-run.ts';
import { findRun, insertRun, moveRun, withWorkspaces } from './discovery-run-store.ts';
import type { DiscoveryWorker } from './discovery-worker.ts';
import type { RunAnnouncer } from './run-announcer.ts';

function assertConnected(tool: ToolRecord): void {
  if (tool.connected) return;
  throw new HubError('tool.not_connected', {
    detail: 'The connection was not tested, or the test failed.',
    remedy: ['Press **Connect** first'],
  });
}

export interface DiscoveryServiceOptions {
  readonly db: Db;
  readonly worker: Pick<DiscoveryWorker, 'wake' | 'interrupt'>;
  readonly announcer: RunAnnouncer;
  readonly audit: AuditLog;
  readonly events: EventBus;
  readonly now: () => Date;
}

export interface DiscoveryService {
  /** @throws HubError `tool.not_connected`, `discovery.running` */
  start(toolId: string, asker: Asker): Promise<DiscoveryRun>;
  get(runId: string): Promise<DiscoveryRun>;
  list(toolId: string, request: { limit?: number; cursor?: string | undefined }): Promise<Page<DiscoveryRun>>;
  pause(runId: string, asker: Asker): Promise<DiscoveryRun>;
  /** @param acceptGone what was not met again really is gone, however much it is */
  resume(runId: string, acceptGone: boolean, asker: Asker): Promise<DiscoveryRun>;
  /** What was found until now stays; nothing is marked as gone. */
  cancel(runId: string, asker: Asker): Promise<DiscoveryRun>;
}

export function createDiscoveryService(options: DiscoveryServiceOptions): DiscoveryService {
  const { db, worker, announcer, audit, events, now } = options;

  async function get(runId: string): Promise<DiscoveryRun> {
    return found(await findRun(db, runId), 'discovery');
  }

  async function move(
    runId: string,
    asker: Asker,
    step: {
      readonly verb: 'paused' | 'resumed' | 'cancelled';
      readonly from: Parameters<typeof moveRun>[2];
      readonly to: Parameters<typeof moveRun>[3];
    },
  ): Promise<DiscoveryRun> {
    const before = await get(runId);
    if (!isActive(before.state)) throw new HubError('discovery.ended', { detail: `It is ${before.state}.` });
    await db.transaction().execute(async (trx) => {
      const tool = found(await findToolRow(trx, before.toolId), 'tool');
      // A repeated wish is fulfilled already, and writes no second entry.
      if (step.to.state === 'queued') assertConnected(tool);
      if (!(await moveRun(trx, runId, step.from, step.to))) return;
      await events.publish({ type: 'tool.updated', toolId: tool.id }, trx);
      await audit.record(
        {
          actor: actorOf(asker.principal),
          action: `discovery.${step.verb}`,
          subject: { type: 'tool', id: tool.id, name: tool.name },
          summary: `${step.verb} the discovery of the tool ${tool.name}`,
          ...(step.to.acceptGone ? { after: { acceptGone: true } } : {}),
          requestId: asker.requestId,
        },
        trx,
      );
    });
    await announcer.now(runId);
    return get(runId);
  }

  return {
    get,

    async start(toolId, { principal, requestId }) {
      const id = newId('discoveryRun');
      await db.transaction().execute(async (trx) => {
        const tool = found(await findToolRow(trx, toolId), 'tool');
        assertConnected(tool);
        const actor = actorOf(principal);
        if (!(await insertRun(trx, { id, toolId, startedBy: actor, now: now() }))) {
          throw new HubError('discovery.running', { detail: 'Wait for its end, or cancel it.' });
        }
        await events.publish({ type: 'tool.updated', toolId: tool.id }, trx);
        await audit.record(
          {
            actor,
            action: 'discovery.started',
            subject: { type: 'tool', id: tool.id, name: tool.name },
            summary: `started a discovery of the tool ${tool.name}`,
            requestId,
          },
          trx,
        );
      });
      worker.wake();
      return get(id);
    },

    async list(toolId, request) {
      found(await findToolRow(db, toolId), 'tool');
      const query = db.selectFrom('discovery_runs').selectAll().where('tool_id', '=', toolId);
      const page = await fetchPage(
        query,
        { sortable: { createdAt: sql.ref('created_at') }, id: sql.ref<string>('id') },
        { ...request, sort: '-createdAt' },
      );
      return { ...page, items: await Promise.all(page.items.map((row) => withWorkspaces(db, row))) };
    },

    async pause(runId, asker) {
      const run = await move(runId, asker, {
        verb: 'paused',
        from: ['queued', 'running', 'throttled'],
        to: { state: 'paused' },
      });
      worker.interrupt(runId);
      return run;
    },

    async resume(runId, acceptGone, asker) {
      const run = await move(runId, asker, {
        verb: 'resumed',
        from: ['paused'],
        to: { state: 'queued', acceptGone },
      });
      worker.wake();
      return run;
    },

    async cancel(runId, asker) {
      const run = await move(runId, asker, {
        verb: 'cancelled',
        from: activeStates,
        to: { state: 'cancelled', finishedAt: now() },
      });
      worker.interrupt(runId);
      return run;
    },
  };
}
