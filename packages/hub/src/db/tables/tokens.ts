import type { Generated } from 'kysely';
import type { Json, NullableJson } from './json.ts';

/** Tables of hub/tokens; see the migrations for the reasons of columns and indexes. */
export interface TokensTables {
  tokens: TokensTable;
  authorization_requests: AuthorizationRequestsTable;
  authorization_results: AuthorizationResultsTable;
}

interface TokensTable {
  id: string;
  credential_id: string;
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
  created_at: Date;
  updated_at: Date;
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
