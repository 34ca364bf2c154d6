import type { Generated } from 'kysely';

/** Tables of hub/keys; see the migrations for the reasons of columns and indexes. */
export interface VaultTables {
  vault_keys: VaultKeysTable;
  vault_secrets: VaultSecretsTable;
  vault_instances: VaultInstancesTable;
}

interface VaultKeysTable {
  id: string;
  key_encryption_id: string;
  wrapped: string;
  is_current: boolean;
  created_at: Generated<Date>;
  completed_at: Generated<Date | null>;
}

interface VaultSecretsTable {
  name: string;
  secret_sealed: string;
  secret_version: number;
}

interface VaultInstancesTable {
  id: string;
  key_encryption_ids: string[];
  seen_at: Date;
}
