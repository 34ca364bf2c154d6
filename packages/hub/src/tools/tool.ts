import {
  type ActorRef,
  type ConnectReport,
  connectReport,
  type FieldProblem,
  type Tool,
  type ToolId,
  type ToolKind,
  type ToolState,
  tool as toolSchema,
} from '@lockkeeper/contract';
import type { ToolDefinition } from '@lockkeeper/tool';
import type { OriginPolicy } from '../outbound/origin-policy.ts';

/** A tool as the domain knows it. */
export interface ToolRecord {
  readonly id: ToolId;
  readonly kind: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly credentialId: string;
  readonly midServerId: string | null;
  readonly connected: boolean;
  readonly throttledUntil: Date | null;
  readonly connectReport: ConnectReport | null;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly lastDiscoveredAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: ActorRef;
  readonly updatedAt: Date;
  readonly version: number;
}

/** What is shown with a tool and belongs to other records. */
export interface ToolSurroundings {
  readonly credentialName: string;
  readonly midServerName: string | null;
  readonly repositoryCount: number;
  readonly trackedCount: number;
  readonly currentRunId: string | null;
}

/** A wait that the tool demanded is shown before everything else: nothing can be called, connected or not. */
export function stateOf(tool: ToolRecord, now: Date): ToolState {
  if (tool.throttledUntil !== null && tool.throttledUntil > now) return 'throttled';
  return tool.connected ? 'connected' : 'disconnected';
}

export function toTool(
  record: ToolRecord,
  around: ToolSurroundings,
  definitions: readonly ToolDefinition[],
  now: Date,
): Tool {
  const state = stateOf(record, now);
  return toolSchema.parse({
    id: record.id,
    kind: record.kind,
    kindLabel: definitions.find(({ kind }) => kind === record.kind)?.label ?? record.kind,
    name: record.name,
    baseUrl: record.baseUrl,
    credentialId: record.credentialId,
    midServerId: record.midServerId,
    ...around,
    state,
    throttledUntil: state === 'throttled' ? (record.throttledUntil?.toISOString() ?? null) : null,
    connectReport: record.connectReport,
    patterns: { include: record.include, exclude: record.exclude },
    lastDiscoveredAt: record.lastDiscoveredAt?.toISOString() ?? null,
    createdAt: record.createdAt.toISOString(),
    createdBy: record.createdBy,
    updatedAt: record.updatedAt.toISOString(),
    version: record.version,
  });
}

export function toKind(definition: ToolDefinition): ToolKind {
  return {
    kind: definition.kind,
    label: definition.label,
    defaultBaseUrl: definition.defaultBaseUrl,
    providerTemplate: definition.providerKey,
    permissions: definition.permissions.map(({ label, scope, purpose }) => ({ label, scope, purpose })),
  };
}

/** @throws Error for a kind that this build does not know: the database is of another one */
export function definitionOf(definitions: readonly ToolDefinition[], kind: string): ToolDefinition {
  const definition = definitions.find((candidate) => candidate.kind === kind);
  if (definition === undefined) throw new Error(`No tool of the kind ${kind} is part of this instance`);
  return definition;
}

/** One form of each address: without the slash at its end, which would double the one of the path. */
export function normalBaseUrl(text: string): string {
  return text.trim().replace(/\/+$/, '');
}

/**
 * A credential is used only for the tool it belongs to, so the address is the vendor's own, or one that whoever runs
 * the instance has listed: nobody who may edit tools can lead a token elsewhere.
 */
export function baseUrlProblem(
  baseUrl: string,
  definition: ToolDefinition,
  policy: OriginPolicy,
): FieldProblem | undefined {
  const refusal = policy.refusal(baseUrl);
  if (refusal !== undefined)
    return problem('invalid', refusal.replace('the client secret', 'the access token'));
  const url = new URL(baseUrl);
  if (url.search !== '') return problem('invalid', 'must not contain a query (?…)');
  const vendor = new URL(definition.defaultBaseUrl).origin;
  if (url.origin === vendor || policy.isExempt(url.origin)) return undefined;
  return problem(
    'origin',
    `must be an address of ${vendor}; for another one, list ${url.origin} in LOCKKEEPER_ALLOW_ORIGINS`,
  );
}

function problem(code: string, message: string): FieldProblem {
  return { field: 'baseUrl', code, message };
}

export function parseConnectReport(value: unknown): ConnectReport | null {
  return value === null ? null : connectReport.parse(value);
}
