import type { ColumnType, Generated } from 'kysely';

/** Read as whatever is in there: parsed with a schema before use. Written as JSON text. */
type Json = ColumnType<unknown, string, string>;
type NullableJson = ColumnType<unknown, string | null, string | null>;

/** Tables of hub/access; see the migrations for the reasons of columns and indexes. */
export interface AccessTables {
  users: UsersTable;
  user_sessions: UserSessionsTable;
  user_accounts: UserAccountsTable;
  user_two_factors: UserTwoFactorsTable;
  user_two_factor_codes: UserTwoFactorCodesTable;
  sso_requests: SsoRequestsTable;
  user_verifications: UserVerificationsTable;
  setup_links: SetupLinksTable;
  api_keys: ApiKeysTable;
  audit_entries: AuditEntriesTable;
  audit_head: AuditHeadTable;
  idempotency_keys: IdempotencyKeysTable;
}

interface UsersTable {
  id: string;
  name: string;
  email: string;
  roles: string[];
  active: Generated<boolean>;
  created_at: Date;
  updated_at: Date;
  last_sign_in_at: Date | null;
  two_factor_enabled: Generated<boolean>;
}

interface UserSessionsTable {
  id: string;
  user_id: string;
  token: string;
  expires_at: Date;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Date;
  updated_at: Date;
  authenticated_at: Date | null;
}

interface UserTwoFactorsTable {
  id: string;
  user_id: string;
  verified: boolean;
  locked_until: Date | null;
}

interface UserTwoFactorCodesTable {
  user_id: string;
  code_hash: Buffer;
  used_at: Date;
}

interface SsoRequestsTable {
  state_hash: Buffer;
  browser_hash: Buffer;
  nonce: string;
  code_verifier: string;
  session_id: string | null;
  created_at: Date;
  expires_at: Date;
}

interface UserAccountsTable {
  id: string;
  user_id: string;
  provider_id: string;
  account_id: string;
  password: string | null;
}

interface UserVerificationsTable {
  identifier: string;
  value: string;
  expires_at: Date;
}

interface SetupLinksTable {
  token_hash: Buffer;
  purpose: 'first_admin' | 'invitation';
  email: string | null;
  roles: string[];
  created_by: Json;
  created_at: Date;
  expires_at: Date;
}

interface ApiKeysTable {
  id: string;
  name: string;
  key_hash: Buffer;
  hint: string;
  roles: string[];
  tool_ids: string[];
  may_write: boolean;
  address_ranges: Generated<string[]>;
  created_by: Json;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

interface AuditEntriesTable {
  sequence: number;
  id: string;
  at: Date;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  action: string;
  outcome: 'success' | 'failure';
  subject_type: string;
  subject_id: string | null;
  subject_name: string | null;
  summary: string;
  before: NullableJson;
  after: NullableJson;
  request_id: string | null;
  content_hash: Buffer;
  hash: Buffer;
}

interface AuditHeadTable {
  only_row: Generated<boolean>;
  sequence: number;
  hash: Buffer;
}

interface IdempotencyKeysTable {
  principal_id: string;
  key: string;
  request_hash: Buffer;
  status: number | null;
  content_type: string | null;
  location: string | null;
  body: string | null;
  created_at: Date;
  expires_at: Date;
}
