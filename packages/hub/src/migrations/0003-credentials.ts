import type { Migration } from '../db/migration.ts';

/** What authenticates us to a tool, and which MID Servers may use it. */
export const credentials: Migration = {
  number: 3,
  name: 'credentials',
  sql: `
    create table credentials (
      id text primary key,
      type text not null check (type in ('oauth2')),
      name text not null,
      active boolean not null,
      -- No cascade: a registry or profile in use cannot be deleted.
      profile_id text not null references oauth_entity_profiles,
      applies_to text not null check (applies_to in ('all', 'specific')),
      sort_order integer not null,
      allow_token_hand_out boolean not null,
      created_at timestamptz not null,
      created_by jsonb not null,
      updated_at timestamptz not null,
      version integer not null default 1
    );
    create unique index credentials_name on credentials (lower(name));
    create index credentials_profile on credentials (profile_id);

    -- Read only where applies_to is 'specific'; without rows such a credential applies to no MID Server.
    create table credential_mid_servers (
      credential_id text not null references credentials on delete cascade,
      -- Migration 0005 adds the reference to mid_servers.
      mid_server_id text not null,
      primary key (credential_id, mid_server_id)
    );
    create index credential_mid_servers_mid_server on credential_mid_servers (mid_server_id);
  `,
};
