import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';
import { discoveryRunId, toolId } from './id.ts';

export const discoveryRunState = z.enum([
  'queued',
  'running',
  'throttled',
  'paused',
  'succeeded',
  'failed',
  'cancelled',
]);
export type DiscoveryRunState = z.infer<typeof discoveryRunState>;

/**
 * POST /tools/{id}/discover begins one (202), GET /tools/{id}/discovery-runs lists them, newest first,
 * GET /discovery-runs/{id} reads one, POST /discovery-runs/{id}/pause, …/resume and …/cancel steer it.
 * A run that found more than a tenth of the known repositories missing is `paused` with the problem
 * `discovery.many_gone`: resuming it with `acceptGone` says that they really are gone.
 */
export const discoveryResume = z.strictObject({ acceptGone: z.boolean().default(false) });
export type DiscoveryResume = z.infer<typeof discoveryResume>;

export const workspaceProgress = z.object({
  uuid: z.string(),
  slug: z.string(),
  state: z.enum(['waiting', 'reading', 'read', 'failed']),
  projects: z.int(),
  repositories: z.int(),
  /** What the tool says there are; null when it does not say. */
  expectedRepositories: z.int().nullable(),
  page: z.int(),
  /** Why it could not be read, or in which way the counts differ. */
  error: z.string().nullable(),
});
export type WorkspaceProgress = z.infer<typeof workspaceProgress>;

export const discoveryRun = z.object({
  id: discoveryRunId,
  toolId,
  state: discoveryRunState,
  startedBy: actorRef,
  createdAt: dateTime,
  startedAt: dateTime.nullable(),
  finishedAt: dateTime.nullable(),
  /** When a throttled run goes on. */
  resumeAt: dateTime.nullable(),
  workspaces: z.array(workspaceProgress),
  calls: z.int(),
  found: z.int(),
  added: z.int(),
  changed: z.int(),
  gone: z.int(),
  /** How often it went on after a restart, a pause or a 429. */
  resumptions: z.int(),
  problem: z.object({ code: z.string(), detail: z.string(), remedy: z.array(z.string()) }).nullable(),
});
export type DiscoveryRun = z.infer<typeof discoveryRun>;
