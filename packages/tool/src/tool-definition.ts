import type { DiscoveryPage } from './discovery-page.ts';
import type { PermissionFinding, PermissionPlace, ToolPermission } from './permission.ts';
import type { ToolCall } from './tool-call.ts';

export interface ToolIdentity {
  readonly externalId: string;
  readonly displayName: string;
  /** The name by which people know the account, where it differs. */
  readonly nickname: string | undefined;
}

/** What a connection test found out. It throws a `ToolError` when there is no connection at all. */
export interface ToolConnection {
  readonly identity: ToolIdentity;
  /** `undefined` when the tool does not tell. */
  readonly grantedScopes: readonly string[] | undefined;
  readonly permissions: readonly PermissionFinding[];
}

export interface ToolContext {
  readonly call: ToolCall;
  /** Only to judge the links that the tool sends; requests are relative to it. */
  readonly baseUrl: string;
  readonly signal: AbortSignal;
}

/** A kind of tool: everything the hub knows about a vendor. */
export interface ToolDefinition {
  /** Stable and stored: `bitbucket-cloud`. */
  readonly kind: string;
  readonly label: string;
  readonly defaultBaseUrl: string;
  /** The OAuth provider (data in `packages/oauth`) whose tokens it takes. */
  readonly providerKey: string;
  readonly permissions: readonly ToolPermission[];
  readonly permissionPlace: PermissionPlace;
  readonly connect: (context: ToolContext) => Promise<ToolConnection>;
  /**
   * Reads everything the granting user can reach, a page at a time and in a stable order.
   * `checkpoint` is the one of the last page that was kept, or `undefined` at the start.
   * @throws ToolError also in the middle; the last checkpoint stays good
   */
  readonly discover: (context: ToolContext, checkpoint: unknown) => AsyncIterable<DiscoveryPage>;
}
