import {
  type TrackingChoice,
  type TrackingDecision,
  type TrackingPatterns,
  type TrackingResult,
  type TrackingUpdate,
  trackingRule,
} from '@lockkeeper/contract';
import type { Kysely } from 'kysely';
import type { AuditLog } from '../access/audit-log.ts';
import type { Database, Db } from '../db/database.ts';
import type { EventBus } from '../events/event-bus.ts';
import { found, invalidFields } from '../http/hub-error.ts';
import { actorOf } from '../http/principal.ts';
import type { Asker } from '../tools/tool-service.ts';
import { findToolRow } from '../tools/tool-store.ts';
import {
  type ChoiceTable,
  lockPatterns,
  readCandidates,
  type TrackingCandidate,
  writeChoices,
  writeDecisions,
  writePatterns,
} from './tracking-store.ts';

export interface TrackingService {
  /** What {@link TrackingService.save} would do; changes nothing. */
  preview(toolId: string, update: TrackingUpdate): Promise<TrackingResult>;
  save(toolId: string, update: TrackingUpdate, asker: Asker): Promise<TrackingResult>;
}

/** A page shown in the meantime may hold thousands of ticks: they come sorted by the level they belong to. */
const tableOf: Readonly<Record<string, ChoiceTable>> = {
  ws: 'workspaces',
  proj: 'projects',
  repo: 'repositories',
};

export function createTrackingService(options: {
  readonly db: Db;
  readonly audit: AuditLog;
  readonly events: EventBus;
}): TrackingService {
  const { db, audit, events } = options;

  return {
    async preview(toolId, update) {
      const tool = found(await findToolRow(db, toolId), 'tool');
      const patterns = update.patterns ?? { include: [...tool.include], exclude: [...tool.exclude] };
      const ticks = new Map<string, TrackingChoice>(update.choices.map(({ id, choice }) => [id, choice]));
      const candidates = (await readCandidates(db, toolId)).map((candidate) => withTicks(candidate, ticks));
      return resultOf(decideAll(candidates, patterns));
    },

    async save(toolId, update, { principal, requestId }) {
      return db.transaction().execute(async (trx) => {
        const old = found(await lockPatterns(trx, toolId), 'tool');
        const patterns = update.patterns ?? old;
        if (update.patterns !== undefined) await writePatterns(trx, toolId, update.patterns);
        await saveTicks(trx, toolId, update.choices);
        const candidates = await readCandidates(trx, toolId);
        const decided = decideAll(candidates, patterns);
        await writeDecisions(trx, decided.filter(differs));
        const tool = found(await findToolRow(trx, toolId), 'tool');
        const result = resultOf(decided);
        await events.publish({ type: 'tool.updated', toolId: tool.id }, trx);
        await audit.record(
          {
            actor: actorOf(principal),
            action: 'tracking.changed',
            subject: { type: 'tool', id: tool.id, name: tool.name },
            summary: `chose ${result.tracked} of ${result.total} repositories of the tool ${tool.name}`,
            before: { ...old },
            after: { ...patterns, choices: update.choices.slice(0, 100), choiceCount: update.choices.length },
            requestId,
          },
          trx,
        );
        return result;
      });
    },
  };
}

async function saveTicks(
  trx: Kysely<Database>,
  toolId: string,
  choices: TrackingUpdate['choices'],
): Promise<void> {
  // Of two ticks for one record the later one counts, as on the page.
  const last = new Map<string, TrackingChoice>(choices.map(({ id, choice }) => [id, choice]));
  const byTable = Map.groupBy([...last], ([id]) => tableOf[id.split('_')[0] ?? '']);
  for (const [table, ticks] of byTable) {
    if (table === undefined) continue;
    const written = new Set(
      await writeChoices(
        trx,
        table,
        toolId,
        ticks.map(([id, choice]) => ({ id, choice })),
      ),
    );
    const unknown = ticks.find(([id]) => !written.has(id));
    if (unknown !== undefined) {
      throw invalidFields([
        { field: 'choices', code: 'unknown', message: `names ${unknown[0]}, which is not of this tool` },
      ]);
    }
  }
}

function withTicks(
  candidate: TrackingCandidate,
  ticks: ReadonlyMap<string, TrackingChoice>,
): TrackingCandidate {
  const [own, project, workspace] = candidate.subject.choices;
  const tick = (id: string | null, now: TrackingChoice): TrackingChoice =>
    id !== null && ticks.has(id) ? (ticks.get(id) ?? null) : now;
  return {
    ...candidate,
    subject: {
      ...candidate.subject,
      choices: [
        tick(candidate.id, own),
        tick(candidate.projectId, project),
        tick(candidate.workspaceId, workspace),
      ],
    },
  };
}

function decideAll(
  candidates: readonly TrackingCandidate[],
  patterns: TrackingPatterns,
): (TrackingDecision & { id: string; before: TrackingDecision })[] {
  const decide = trackingRule(patterns);
  return candidates.map(({ id, subject, tracked, reason }) => ({
    id,
    before: { tracked, reason },
    ...decide(subject),
  }));
}

function differs({ tracked, reason, before }: ReturnType<typeof decideAll>[number]): boolean {
  return tracked !== before.tracked || reason !== before.reason;
}

function resultOf(decided: readonly TrackingDecision[]): TrackingResult {
  return { tracked: decided.filter(({ tracked }) => tracked).length, total: decided.length };
}
