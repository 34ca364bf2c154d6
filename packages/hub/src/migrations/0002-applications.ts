import type { Migration } from '../db/migration.ts';

/** The vault's keys, and our registrations at authorization servers with their profiles and scopes. */
export const applications: Migration = {
  number: 2,
  name: 'applications',
  sql: `
    -- Data keys, wrapped by a key-encryption key that is not in this database.
    create table vault_keys (
      id text primary key,
      key_encryption_id text not null,
      wrapped text not null,
      is_current boolean not null,
      created_at timestamptz not null default now()
    );
    -- Two instances that start at once, or rotate at once, agree on one current key.
    create unique index vault_keys_current on vault_keys (is_current) where is_current;

    create table application_registries (
      id text primary key,
      name text not null,
      template text not null,
      application text not null,
      accessible_from text not null check (accessible_from in ('all_application_scopes', 'this_application_scope')),
      client_id text not null,
      -- Sealed for this row, this column and this version; null for a public client.
      client_secret_sealed text,
      client_secret_version integer not null default 0,
      client_secret_stored_at timestamptz,
      public_client boolean not null,
      default_grant_type text not null check (default_grant_type in ('authorization_code')),
      send_credentials text not null
        check (send_credentials in ('client_secret_basic', 'client_secret_post', 'none')),
      code_challenge_method text not null check (code_challenge_method in ('S256', 'none')),
      refresh_token_lifespan_seconds integer not null,
      extend_refresh_token_expiry boolean not null,
      authorization_url text not null,
      token_url text not null,
      token_revocation_url text,
      issuer text,
      redirect_url_mode text not null check (redirect_url_mode in ('plain', 'distinct')),
      logo_url text,
      comments text not null,
      active boolean not null,
      -- What the last check of the client told; null when there was none since the client changed.
      validation jsonb,
      created_at timestamptz not null,
      created_by jsonb not null,
      updated_at timestamptz not null,
      version integer not null default 1,
      check ((client_secret_sealed is null) = (client_secret_stored_at is null)),
      check (public_client or client_secret_sealed is not null),
      -- Without a secret only PKCE ties the code to us (RFC 9700 §2.1.1).
      check (not public_client or code_challenge_method = 'S256')
    );
    create unique index application_registries_name on application_registries (lower(name));
    -- The plain Redirect URL is shared by few; the rule about their origins looks at them on every save.
    create index application_registries_plain on application_registries (redirect_url_mode) where active;

    create table oauth_entity_profiles (
      id text primary key,
      name text not null,
      application_registry_id text not null references application_registries on delete cascade,
      grant_type text not null check (grant_type in ('authorization_code')),
      is_default boolean not null,
      created_at timestamptz not null,
      created_by jsonb not null,
      updated_at timestamptz not null,
      version integer not null default 1
    );
    create unique index oauth_entity_profiles_name on oauth_entity_profiles (lower(name));
    create unique index oauth_entity_profiles_default on oauth_entity_profiles (application_registry_id)
      where is_default;
    create index oauth_entity_profiles_registry on oauth_entity_profiles (application_registry_id);

    create table oauth_entity_scopes (
      id text primary key,
      name text not null,
      application_registry_id text not null references application_registries on delete cascade,
      scope text not null,
      created_at timestamptz not null,
      created_by jsonb not null,
      updated_at timestamptz not null,
      version integer not null default 1
    );
    create unique index oauth_entity_scopes_name on oauth_entity_scopes (application_registry_id, lower(name));
    create unique index oauth_entity_scopes_scope on oauth_entity_scopes (application_registry_id, scope);

    create table oauth_entity_profile_scopes (
      profile_id text not null references oauth_entity_profiles on delete cascade,
      -- A scope that a profile asks for cannot vanish silently; both vanish with their registry.
      scope_id text not null references oauth_entity_scopes on delete cascade,
      position integer not null,
      primary key (profile_id, scope_id)
    );
    create index oauth_entity_profile_scopes_scope on oauth_entity_profile_scopes (scope_id);
  `,
};
