import { z } from 'zod';
import { dateTime, name, recordFacts, url } from './field.ts';
import { credentialId, discoveryRunId, midServerId, toolId } from './id.ts';

export const toolState = z.enum(['connected', 'disconnected', 'throttled']);
export type ToolState = z.infer<typeof toolState>;

/** One thing the tool's credential must be allowed to do, in the vendor's words. */
export const permissionCheck = z.object({
  label: z.string(),
  scope: z.string(),
  granted: z.boolean(),
  /** What is missing without it, and the exact box to tick; null when granted. */
  remedy: z.string().nullable(),
});
export type PermissionCheck = z.infer<typeof permissionCheck>;

/** What the last **Connect** found. POST /tools/{id}/connect answers the tool with its new report, also when it failed. */
export const connectReport = z.object({
  checkedAt: dateTime,
  outcome: z.enum(['connected', 'failed']),
  midServer: z.object({ id: midServerId, name: z.string() }).nullable(),
  /** Whom the tool takes us for. */
  account: z.object({ id: z.string(), displayName: z.string() }).nullable(),
  permissions: z.array(permissionCheck),
  instanceToMidServerMs: z.number().nullable(),
  midServerToToolMs: z.number().nullable(),
  /** Why it failed and what to do; null when connected. */
  problem: z
    .object({ code: z.string(), title: z.string(), detail: z.string(), remedy: z.array(z.string()) })
    .nullable(),
});
export type ConnectReport = z.infer<typeof connectReport>;

/**
 * Glob patterns over `workspace/PROJECT/repository` that choose what is tracked, also for repositories found later.
 * A tick box set by a person wins over them, the nearest one first.
 */
export const trackingPatterns = z.strictObject({
  include: z.array(z.string().trim().min(1).max(300)).max(200),
  exclude: z.array(z.string().trim().min(1).max(300)).max(200),
});
export type TrackingPatterns = z.infer<typeof trackingPatterns>;

const fields = {
  name,
  baseUrl: url,
  credentialId,
  /** null: any MID Server that is up, validated and to which the credential applies. */
  midServerId: midServerId.nullable(),
};

export const tool = z.object({
  id: toolId,
  /** `bitbucket-cloud`, … */
  kind: z.string(),
  kindLabel: z.string(),
  ...fields,
  credentialName: z.string(),
  midServerName: z.string().nullable(),
  state: toolState,
  throttledUntil: dateTime.nullable(),
  connectReport: connectReport.nullable(),
  patterns: trackingPatterns,
  repositoryCount: z.int(),
  trackedCount: z.int(),
  currentRunId: discoveryRunId.nullable(),
  lastDiscoveredAt: dateTime.nullable(),
  ...recordFacts,
});
export type Tool = z.infer<typeof tool>;

/** GET /tools/kinds: what can be connected. */
export const toolKind = z.object({
  kind: z.string(),
  label: z.string(),
  defaultBaseUrl: z.string(),
  providerTemplate: z.string(),
  permissions: z.array(z.object({ label: z.string(), scope: z.string(), purpose: z.string() })),
});
export type ToolKind = z.infer<typeof toolKind>;

/** POST /tools */
export const toolCreate = z.strictObject({
  kind: z.string().max(60),
  ...fields,
  baseUrl: url.optional(),
  midServerId: fields.midServerId.default(null),
});
export type ToolCreate = z.infer<typeof toolCreate>;

/** PATCH /tools/{id}. A changed address, credential or MID Server makes it Disconnected until the next Connect. */
export const toolPatch = z
  .strictObject(fields)
  .partial()
  .extend({ version: z.int().min(1).optional() });
export type ToolPatch = z.infer<typeof toolPatch>;

export const toolSortable = ['name', 'kind', 'createdAt'] as const;
