import type { Repository } from '../repositories/repository.ts';
import type { Project } from './project.ts';

export type WorkspacePermission = 'owner' | 'create-project' | 'member';

export interface Membership {
  readonly userUuid: string;
  readonly permission: WorkspacePermission;
  readonly addedOn: Date;
}

export interface Workspace {
  readonly uuid: string;
  readonly slug: string;
  readonly name: string;
  readonly createdOn: Date;
  readonly members: readonly Membership[];
  readonly projects: readonly Project[];
  /** How many repositories there are, known before they are generated. */
  readonly repositoryCount: number;
  /** Generated on first use, in the order of creation. */
  repositories(): readonly Repository[];
}

export function membershipOf(workspace: Workspace, userUuid: string): Membership | undefined {
  return workspace.members.find((member) => member.userUuid === userUuid);
}

export function isAdministrator(workspace: Workspace, userUuid: string): boolean {
  return membershipOf(workspace, userUuid)?.permission === 'owner';
}
