import type { ColumnType, Generated } from 'kysely';
import type { Json } from './json.ts';

/** Left out at first. */
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>;

export interface ToolRow {
  id: string;
  kind: string;
  name: string;
  base_url: string;
  credential_id: string;
  mid_server_id: string | null;
  connected: Generated<boolean>;
  throttled_until: Date | null;
  connect_report: NullableJson;
  include_patterns: Generated<string[]>;
  exclude_patterns: Generated<string[]>;
  last_discovered_at: Date | null;
  created_at: Date;
  created_by: Json;
  updated_at: Date;
  version: Generated<number>;
}

/** Tables of hub/tools; see the migrations for the reasons of columns and indexes. */
export interface ToolsTables {
  tools: ToolRow;
}
