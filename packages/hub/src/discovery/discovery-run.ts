import {
  type ActorRef,
  actorRef,
  type DiscoveryRun,
  type DiscoveryRunState,
  discoveryRun,
} from '@lockkeeper/contract';
import type { ToolError } from '@lockkeeper/tool';
import type { Selectable } from 'kysely';
import type { DiscoveryRunRow, DiscoveryRunWorkspaceRow } from '../db/tables/discovery.ts';
import { hubErrorBehind } from '../tools/as-tool-error.ts';

const SECOND = 1000;
/** After so many attempts in a row that kept no page, a run is given up. With the back-off below: some 5 minutes. */
export const maxFailures = 10;
const firstBackOffMs = 1 * SECOND;
const longestBackOffMs = 60 * SECOND;

/** States in which a run is not over: a tool has at most one. */
export const activeStates: readonly DiscoveryRunState[] = ['queued', 'running', 'throttled', 'paused'];

export function isActive(state: DiscoveryRunState): boolean {
  return activeStates.includes(state);
}

export type RunProblem = NonNullable<DiscoveryRun['problem']>;

/** How long to wait after the n-th failure in a row: doubled each time, and spread by up to a half. */
export function backOffMs(failures: number, random: () => number): number {
  const full = Math.min(firstBackOffMs * 2 ** Math.max(failures - 1, 0), longestBackOffMs);
  return Math.round(full * (0.5 + random() / 2));
}

export function problemOf(error: ToolError): RunProblem {
  const ours = hubErrorBehind(error);
  return ours === undefined
    ? { code: `tool.${error.kind}`, detail: error.message, remedy: [] }
    : { code: ours.code, detail: ours.message, remedy: ours.details.remedy ?? [] };
}

export function manyGone(missing: number, known: number): RunProblem {
  return {
    code: 'discovery.many_gone',
    detail: `${missing} of ${known} known repositories were not met again. Nothing was marked as gone.`,
    remedy: [
      'Look whether the granting user lost access to a workspace or a project',
      'Resume and confirm, if they really are gone; Cancel, if not',
    ],
  };
}

export const settingsChanged: RunProblem = {
  code: 'tool.not_connected',
  detail: 'The settings of the tool were changed while it was read.',
  remedy: ['Press **Connect**', 'Then resume'],
};

/** Some workspaces could not be read; what was read counts. */
export function partlyRead(
  failed: readonly { slug: string; error: string | null }[],
  all: number,
): RunProblem {
  const names = failed.map(({ slug, error }) => (error === null ? slug : `${slug} (${error})`));
  return {
    code: 'discovery.partial',
    detail: `${failed.length} of ${all} workspaces could not be read: ${names.join('; ')}`,
    remedy: [],
  };
}

export function toRun(
  row: Selectable<DiscoveryRunRow>,
  workspaces: readonly Selectable<DiscoveryRunWorkspaceRow>[],
): DiscoveryRun {
  return discoveryRun.parse({
    id: row.id,
    toolId: row.tool_id,
    state: row.state,
    startedBy: actorOfRow(row.started_by),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    resumeAt: row.resume_at?.toISOString() ?? null,
    workspaces: workspaces.map((workspace) => ({
      uuid: workspace.external_id,
      slug: workspace.slug,
      state: workspace.state,
      projects: workspace.projects,
      repositories: workspace.repositories,
      expectedRepositories: workspace.expected_repositories,
      page: workspace.page,
      error: workspace.error,
    })),
    calls: row.calls,
    found: row.found,
    added: row.added,
    changed: row.changed,
    gone: row.gone,
    resumptions: row.resumptions,
    problem: row.problem,
  });
}

export function actorOfRow(value: unknown): ActorRef {
  return actorRef.parse(value);
}
