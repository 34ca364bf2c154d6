import type { ToolError } from './tool-error.ts';

/** Keyed by the tool's own unchangeable id; everything else about it may be renamed. */
export interface DiscoveredWorkspace {
  readonly externalId: string;
  readonly slug: string;
  /** `undefined` where the listing does not tell; a page of its repositories may. */
  readonly name: string | undefined;
  /** Whether the granting user administers it, when the tool tells. */
  readonly administrator: boolean | undefined;
}

export interface DiscoveredProject {
  readonly externalId: string;
  readonly key: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly url: string | undefined;
}

export interface DiscoveredRepository {
  readonly externalId: string;
  /** `undefined` where a repository belongs to no project. */
  readonly projectExternalId: string | undefined;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
  /** `undefined` for an empty repository. */
  readonly mainBranch: string | undefined;
  readonly language: string | undefined;
  readonly sizeBytes: number | undefined;
  readonly url: string | undefined;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
}

interface Listing<Of extends string, Item> {
  readonly of: Of;
  readonly items: readonly Item[];
  /** The tool's own count of the whole listing, to be compared with what was found. */
  readonly expected: number | undefined;
  /** The last page of its listing: whatever the sweep has not met by now is gone. */
  readonly complete: boolean;
}

interface InWorkspace {
  readonly workspaceExternalId: string;
}

/** A workspace that could not be read, while others can. */
interface Unreadable extends InWorkspace {
  readonly of: 'unreadable';
  readonly error: ToolError;
}

/**
 * What one page of a discovery brought. `checkpoint` is plain JSON: stored together with the rows in one
 * transaction, and given back to `discover`, it goes on with the page after this one.
 */
export type DiscoveryPage = (
  | Listing<'workspaces', DiscoveredWorkspace>
  | (Listing<'projects', DiscoveredProject> & InWorkspace)
  | (Listing<'repositories', DiscoveredRepository> & InWorkspace & { readonly workspaceName?: string })
  | Unreadable
) & { readonly checkpoint: unknown };
