import type { Project } from '../workspaces/project.ts';

export interface Repository {
  readonly uuid: string;
  readonly slug: string;
  readonly name: string;
  readonly fullName: string;
  readonly description: string;
  readonly isPrivate: boolean;
  readonly language: string;
  readonly project: Project;
  readonly createdOn: Date;
  readonly updatedOn: Date;
  /** Bytes. */
  readonly size: number;
  /** Null for a repository without commits. */
  readonly mainBranch: string | null;
  readonly commitCount: number;
  readonly branchCount: number;
  /** The repository this is a fork of. */
  readonly parent: Repository | undefined;
}
