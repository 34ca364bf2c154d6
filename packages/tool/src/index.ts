export { CallBudget, type CallBudgetState } from './call-budget.ts';
export type {
  DiscoveredProject,
  DiscoveredRepository,
  DiscoveredWorkspace,
  DiscoveryPage,
} from './discovery-page.ts';
export { followPages, type Page, type PagePlace, type ReadPage } from './paging.ts';
export {
  checkPermissions,
  type PermissionFinding,
  type PermissionPlace,
  remedyFor,
  type ToolPermission,
} from './permission.ts';
export { discard, maxJsonBytes, readBytes, readJson } from './read-body.ts';
export { retryAt } from './retry-at.ts';
export {
  isReadingMethod,
  readingMethods,
  type ToolCall,
  type ToolMethod,
  type ToolRequest,
  type ToolResponse,
  toolMethods,
} from './tool-call.ts';
export type { ToolConnection, ToolContext, ToolDefinition, ToolIdentity } from './tool-definition.ts';
export { ToolError, type ToolErrorDetails, type ToolErrorKind, toolErrorKinds } from './tool-error.ts';
export { assertToolPath, pathSegment, relativeToBase, toolUrl } from './tool-path.ts';
