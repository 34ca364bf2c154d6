import type { Generated } from 'kysely';
import type { Json } from './json.ts';

/** Tables of hub/credentials; see the migrations for the reasons of columns and indexes. */
export interface CredentialsTables {
  credentials: CredentialsTable;
  credential_mid_servers: CredentialMidServersTable;
}

interface CredentialsTable {
  id: string;
  type: 'oauth2';
  name: string;
  active: boolean;
  profile_id: string;
  applies_to: 'all' | 'specific';
  sort_order: number;
  allow_token_hand_out: boolean;
  canary: Generated<boolean>;
  connect_via_mid_server: Generated<boolean>;
  created_at: Date;
  created_by: Json;
  updated_at: Date;
  version: Generated<number>;
}

interface CredentialMidServersTable {
  credential_id: string;
  mid_server_id: string;
}
