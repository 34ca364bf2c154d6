import {
  type TrackingChoice,
  type TrackingDecision,
  type TrackingPatterns,
  type TrackingSubject,
  trackingPath,
} from '@lockkeeper/contract';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../db/database.ts';

/** The patterns of a tool. Locked against **Save choice** until the transaction ends, so that no page decides by old ones. */
export async function readPatterns(
  trx: Kysely<Database>,
  toolId: string,
): Promise<TrackingPatterns | undefined> {
  const row = await trx
    .selectFrom('tools')
    .select(['include_patterns', 'exclude_patterns'])
    .where('id', '=', toolId)
    .forShare()
    .executeTakeFirst();
  return row && { include: row.include_patterns, exclude: row.exclude_patterns };
}

/** The same before changing them: waits for pages that are being kept, and keeps others waiting. */
export async function lockPatterns(
  trx: Kysely<Database>,
  toolId: string,
): Promise<TrackingPatterns | undefined> {
  const row = await trx
    .selectFrom('tools')
    .select(['include_patterns', 'exclude_patterns'])
    .where('id', '=', toolId)
    .forUpdate()
    .executeTakeFirst();
  return row && { include: row.include_patterns, exclude: row.exclude_patterns };
}

export async function writePatterns(
  trx: Kysely<Database>,
  toolId: string,
  patterns: TrackingPatterns,
): Promise<void> {
  await trx
    .updateTable('tools')
    .set({ include_patterns: patterns.include, exclude_patterns: patterns.exclude })
    .where('id', '=', toolId)
    .execute();
}

export interface TrackingCandidate {
  id: string;
  workspaceId: string;
  projectId: string | null;
  tracked: boolean;
  reason: string;
  subject: TrackingSubject;
}

/** Every repository of a tool that is there, with what decides about it. Some 300 bytes each. */
export async function readCandidates(db: Kysely<Database>, toolId: string): Promise<TrackingCandidate[]> {
  const rows = await db
    .selectFrom('repositories as r')
    .innerJoin('workspaces as w', 'w.id', 'r.workspace_id')
    .leftJoin('projects as p', 'p.id', 'r.project_id')
    .select([
      'r.id',
      'r.workspace_id',
      'r.project_id',
      'r.slug',
      'r.tracked',
      'r.tracking_reason',
      'r.choice',
      'w.slug as workspace_slug',
      'w.choice as workspace_choice',
      'p.key as project_key',
      'p.choice as project_choice',
    ])
    .where('r.tool_id', '=', toolId)
    .where('r.gone_at', 'is', null)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    projectId: row.project_id,
    tracked: row.tracked,
    reason: row.tracking_reason,
    subject: {
      path: trackingPath(row.workspace_slug, row.project_key, row.slug),
      choices: [row.choice, row.project_choice, row.workspace_choice],
    },
  }));
}

export type ChoiceTable = 'workspaces' | 'projects' | 'repositories';

/** Sets tick boxes of one level. @returns the ids that exist in this tool */
export async function writeChoices(
  trx: Kysely<Database>,
  table: ChoiceTable,
  toolId: string,
  choices: readonly { id: string; choice: TrackingChoice }[],
): Promise<string[]> {
  if (choices.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    update ${sql.table(table)} as t set choice = c.choice
    from unnest(${choices.map(({ id }) => id)}::text[], ${choices.map(({ choice }) => choice)}::text[]) as c (id, choice)
    where t.id = c.id and t.tool_id = ${toolId}
    returning t.id`.execute(trx);
  return rows.map(({ id }) => id);
}

export async function writeDecisions(
  trx: Kysely<Database>,
  decisions: readonly ({ id: string } & TrackingDecision)[],
): Promise<void> {
  if (decisions.length === 0) return;
  await sql`
    update repositories as r set tracked = d.tracked, tracking_reason = d.reason
    from unnest(
      ${decisions.map(({ id }) => id)}::text[],
      ${decisions.map(({ tracked }) => tracked)}::boolean[],
      ${decisions.map(({ reason }) => reason)}::text[]
    ) as d (id, tracked, reason)
    where r.id = d.id`.execute(trx);
}
