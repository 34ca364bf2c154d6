import type { GrantType, SendCredentials, SigningAlgorithm } from '@lockkeeper/contract';
import type { Generated } from 'kysely';
import type { DefaultedJson, Json, NullableJson } from './json.ts';

/** Tables of hub/applications; see the migrations for the reasons of columns and indexes. */
export interface ApplicationsTables {
  application_registries: ApplicationRegistriesTable;
  oauth_entity_profiles: OAuthEntityProfilesTable;
  oauth_entity_scopes: OAuthEntityScopesTable;
  oauth_entity_profile_scopes: OAuthEntityProfileScopesTable;
  signing_keys: SigningKeysTable;
}

interface ApplicationRegistriesTable {
  id: string;
  name: string;
  template: string;
  application: string;
  accessible_from: 'all_application_scopes' | 'this_application_scope';
  client_id: string;
  client_secret_sealed: string | null;
  client_secret_version: number;
  client_secret_stored_at: Date | null;
  client_secret_expires_at: Date | null;
  public_client: boolean;
  default_grant_type: GrantType;
  send_credentials: SendCredentials;
  code_challenge_method: 'S256' | 'none';
  refresh_token_lifespan_seconds: number;
  extend_refresh_token_expiry: boolean;
  authorization_url: string | null;
  token_url: string;
  token_revocation_url: string | null;
  issuer: string | null;
  iss_parameter_supported: Generated<boolean>;
  redirect_url_mode: 'plain' | 'distinct';
  logo_url: string | null;
  comments: string;
  active: boolean;
  validation: NullableJson;
  created_at: Date;
  created_by: Json;
  updated_at: Date;
  version: Generated<number>;
}

interface OAuthEntityProfilesTable {
  id: string;
  name: string;
  application_registry_id: string;
  grant_type: GrantType;
  is_default: boolean;
  authorization_parameters: DefaultedJson;
  token_parameters: DefaultedJson;
  resources: Generated<string[]>;
  assertion: NullableJson;
  created_at: Date;
  created_by: Json;
  updated_at: Date;
  version: Generated<number>;
}

interface OAuthEntityScopesTable {
  id: string;
  name: string;
  application_registry_id: string;
  scope: string;
  created_at: Date;
  created_by: Json;
  updated_at: Date;
  version: Generated<number>;
}

interface OAuthEntityProfileScopesTable {
  profile_id: string;
  scope_id: string;
  position: number;
}

interface SigningKeysTable {
  id: string;
  application_registry_id: string;
  kid: string;
  algorithm: SigningAlgorithm;
  origin: 'generated' | 'imported';
  public_jwk: Json;
  private_key_sealed: string;
  private_key_version: Generated<number>;
  created_at: Date;
  created_by: Json;
}
