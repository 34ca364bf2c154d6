import { z } from 'zod';
import { dateTime } from './field.ts';
import { projectId, repositoryId, toolId, workspaceId } from './id.ts';

/** A person's tick box: null leaves the decision to the patterns or to the level above. */
export const trackingChoice = z.enum(['include', 'exclude']).nullable();
export type TrackingChoice = z.infer<typeof trackingChoice>;

export const workspace = z.object({
  id: workspaceId,
  toolId,
  uuid: z.string(),
  slug: z.string(),
  name: z.string().nullable(),
  /** Whether the granting user administers it. */
  administrator: z.boolean(),
  choice: trackingChoice,
  projectCount: z.int(),
  repositoryCount: z.int(),
  trackedCount: z.int(),
  goneAt: dateTime.nullable(),
});
export type Workspace = z.infer<typeof workspace>;

export const project = z.object({
  id: projectId,
  toolId,
  workspaceId,
  workspaceSlug: z.string(),
  uuid: z.string(),
  key: z.string(),
  name: z.string(),
  private: z.boolean(),
  choice: trackingChoice,
  repositoryCount: z.int(),
  trackedCount: z.int(),
  goneAt: dateTime.nullable(),
});
export type Project = z.infer<typeof project>;

export const repository = z.object({
  id: repositoryId,
  toolId,
  toolName: z.string(),
  workspaceId,
  workspaceSlug: z.string(),
  projectId: projectId.nullable(),
  projectKey: z.string().nullable(),
  uuid: z.string(),
  slug: z.string(),
  /** `workspace/repository` */
  fullName: z.string(),
  name: z.string(),
  description: z.string(),
  private: z.boolean(),
  mainBranch: z.string().nullable(),
  language: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  webUrl: z.string().nullable(),
  /** When it last changed at the tool. */
  updatedAt: dateTime,
  choice: trackingChoice,
  tracked: z.boolean(),
  /** Why, for people: "Included by harbourline/**", "Excluded by *-archive-*", "Ticked", "Not chosen". */
  trackingReason: z.string(),
  firstSeenAt: dateTime,
  goneAt: dateTime.nullable(),
});
export type Repository = z.infer<typeof repository>;

/** Filters of GET /workspaces, beside the list parameters. Gone ones are left out unless asked for. */
export const workspaceFilter = z.strictObject({ toolId: toolId.optional(), gone: z.stringbool().optional() });

/** Filters of GET /projects. */
export const projectFilter = z.strictObject({
  toolId: toolId.optional(),
  workspaceId: workspaceId.optional(),
  gone: z.stringbool().optional(),
});

export const workspaceSortable = ['slug', 'repositoryCount'] as const;
export const projectSortable = ['key', 'name'] as const;
export const repositorySortable = ['fullName', 'name', 'updatedAt', 'sizeBytes', 'firstSeenAt'] as const;

/** Filters of GET /repositories. */
export const repositoryFilter = z.strictObject({
  toolId: toolId.optional(),
  workspaceId: workspaceId.optional(),
  projectId: projectId.optional(),
  tracked: z.stringbool().optional(),
  gone: z.stringbool().optional(),
});

/** PUT /tools/{id}/tracking: the whole choice of one tool, applied at once. Ids absent from `choices` stay as they are. */
export const trackingUpdate = z.strictObject({
  patterns: z
    .strictObject({
      include: z.array(z.string().trim().min(1).max(300)).max(200),
      exclude: z.array(z.string().trim().min(1).max(300)).max(200),
    })
    .optional(),
  choices: z
    .array(z.strictObject({ id: z.union([workspaceId, projectId, repositoryId]), choice: trackingChoice }))
    .max(10_000)
    .default([]),
});
export type TrackingUpdate = z.infer<typeof trackingUpdate>;

/** What PUT …/tracking did, or what POST …/tracking/preview says it would do. */
export const trackingResult = z.object({ tracked: z.int(), total: z.int() });
export type TrackingResult = z.infer<typeof trackingResult>;
