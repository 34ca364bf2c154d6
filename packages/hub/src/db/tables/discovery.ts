import type { DiscoveryRunState, TrackingChoice, WorkspaceProgress } from '@lockkeeper/contract';
import type { ColumnType, Generated } from 'kysely';
import type { Json } from './json.ts';

/** Left out at first. */
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>;

export interface DiscoveryRunRow {
  id: string;
  tool_id: string;
  state: DiscoveryRunState;
  started_by: Json;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  resume_at: Date | null;
  checkpoint: NullableJson;
  workspaces_complete: Generated<boolean>;
  calls: Generated<number>;
  found: Generated<number>;
  added: Generated<number>;
  changed: Generated<number>;
  gone: Generated<number>;
  resumptions: Generated<number>;
  failures: Generated<number>;
  accept_gone: Generated<boolean>;
  problem: NullableJson;
  lease_token: string | null;
  lease_until: Date | null;
}

export interface DiscoveryRunWorkspaceRow {
  run_id: string;
  external_id: string;
  position: number;
  slug: string;
  state: WorkspaceProgress['state'];
  projects: Generated<number>;
  repositories: Generated<number>;
  expected_projects: number | null;
  expected_repositories: number | null;
  projects_complete: Generated<boolean>;
  repositories_complete: Generated<boolean>;
  page: Generated<number>;
  error: string | null;
}

interface InventoryRow {
  id: string;
  tool_id: string;
  external_id: string;
  choice: TrackingChoice;
  first_seen_at: Date;
  /** The last run that met it. */
  seen_run_id: string | null;
  gone_at: Date | null;
}

export interface WorkspaceRow extends InventoryRow {
  slug: string;
  name: string | null;
  administrator: boolean;
}

export interface ProjectRow extends InventoryRow {
  workspace_id: string;
  key: string;
  name: string;
  private: boolean;
  web_url: string | null;
}

export interface RepositoryRow extends InventoryRow {
  workspace_id: string;
  project_id: string | null;
  slug: string;
  full_name: string;
  name: string;
  description: string;
  private: boolean;
  main_branch: string | null;
  language: string | null;
  size_bytes: number | null;
  web_url: string | null;
  updated_at: Date;
  tracked: Generated<boolean>;
  tracking_reason: string;
}

/** Tables of hub/discovery; see the migrations for the reasons of columns and indexes. */
export interface DiscoveryTables {
  discovery_runs: DiscoveryRunRow;
  discovery_run_workspaces: DiscoveryRunWorkspaceRow;
  workspaces: WorkspaceRow;
  projects: ProjectRow;
  repositories: RepositoryRow;
}
