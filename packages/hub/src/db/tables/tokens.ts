import type { GrantType } from '@lockkeeper/contract';
import type { Generated } from 'kysely';
import type { Json, NullableJson } from './json.ts';

/** Tables of hub/tokens; see the migrations for the reasons of columns and indexes. */
export interface TokensTables {
  expiry_warnings: ExpiryWarningsTable;
  tokens: TokensTable;
  authorization_requests: AuthorizationRequestsTable;
  authorization_results: AuthorizationResultsTable;
  token_revocations: TokenRevocationsTable;
  revoked_tokens: RevokedTokensTable;
  canary_alarms: CanaryAlarmsTable;
}

interface TokensTable {
  id: string;
  credential_id: string;
  grant_type: Generated<GrantType>;
  state: 'available' | 'refreshing' | 'uncertain' | 'needs_authorization' | 'revoked';
  version: number;
  access_token_sealed: string | null;
  access_token_version: number | null;
  refresh_token_sealed: string | null;
  refresh_token_version: number | null;
  issued_at: Date | null;
  expires_at: Date | null;
  refresh_at: Date | null;
  refresh_token_expires_at: Date | null;
  lapses_at: Generated<Date | null>;
  lapses_since: Generated<Date | null>;
  scopes_asked: string[];
  scopes_granted: string[] | null;
  lease_id: Generated<string | null>;
  lease_until: Generated<Date | null>;
  lease_sent_at: Generated<Date | null>;
  unknown_outcomes: Generated<number>;
  refusals: Generated<number>;
  first_refused_at: Generated<Date | null>;
  failures: Generated<number>;
  retry_at: Generated<Date | null>;
  problem: NullableJson;
  last_refresh_at: Date | null;
  last_used_at: Generated<Date | null>;
  granted_at: Generated<Date>;
  created_at: Date;
  updated_at: Date;
}

interface ExpiryWarningsTable {
  subject_id: string;
  ends_at: Date;
  lead_ms: number;
  warned_at: Date;
}

interface AuthorizationRequestsTable {
  state_hash: Buffer;
  credential_id: string;
  registry_id: string;
  profile_id: string;
  session_id: string;
  code_verifier_sealed: string | null;
  redirect_uri: string;
  registry_version: number;
  scopes_asked: string[];
  created_at: Date;
  expires_at: Date;
}

interface AuthorizationResultsTable {
  id: string;
  page: Json;
  expires_at: Date;
}

interface TokenRevocationsTable {
  id: string;
  reason: string;
  created_at: Date;
  created_by: Json;
}

interface RevokedTokensTable {
  id: string;
  revocation_id: string;
  token_id: string;
  credential_id: string;
  credential_name: string;
  registry_id: string | null;
  registry_name: string;
  template: string;
  state: 'pending' | 'revoked' | 'local_only' | 'failed';
  access_token_sealed: string | null;
  access_token_version: number | null;
  access_token_expires_at: Date | null;
  refresh_token_sealed: string | null;
  refresh_token_version: number | null;
  connect_via_mid_server: Generated<boolean>;
  mid_server_ids: string[] | null;
  attempts: Generated<number>;
  retry_at: Date | null;
  lease_until: Generated<Date | null>;
  outcome: NullableJson;
  created_at: Date;
  finished_at: Date | null;
}

interface CanaryAlarmsTable {
  id: string;
  credential_id: string;
  credential_name: string;
  actor: Json;
  actor_key: string;
  kind: string;
  count: Generated<number>;
  first_at: Date;
  last_at: Date;
  request_id: string | null;
  acknowledged_at: Generated<Date | null>;
  acknowledged_by: NullableJson;
}
