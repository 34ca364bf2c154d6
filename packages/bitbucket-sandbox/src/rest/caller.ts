import type { Grant } from '../oauth/grant.ts';
import { membershipOf, type Workspace } from '../workspaces/workspace.ts';

/** Who calls the API. */
export interface Caller {
  readonly grant: Grant;
}

/** Private data of other workspaces answer as if they did not exist. */
export function canSee(caller: Caller, workspace: Workspace): boolean {
  const { subject } = caller.grant;
  if (subject.kind === 'app_user') return subject.workspaceSlug === workspace.slug;
  return membershipOf(workspace, subject.userUuid) !== undefined;
}

/** Rate limits are counted by this. */
export function callerId(caller: Caller): string {
  const { subject } = caller.grant;
  return subject.kind === 'user' ? subject.userUuid : `app_user ${subject.consumerKey}`;
}
