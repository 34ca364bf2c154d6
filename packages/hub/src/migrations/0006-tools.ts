import type { Migration } from '../db/migration.ts';

export const tools: Migration = {
  number: 6,
  name: 'tools',
  sql: `
    -- A connected account of a vendor. What the vendor is, is code: kind names it.
    create table tools (
      id text primary key,
      kind text not null,
      name text not null,
      base_url text not null,
      -- no cascade: what a tool uses cannot be deleted
      credential_id text not null references credentials,
      -- null: any MID Server that is up and to which the credential applies
      mid_server_id text references mid_servers,
      -- whether the last Connect, with exactly these settings, worked
      connected boolean not null default false,
      -- while it lies ahead, nothing may be called: the vendor said so
      throttled_until timestamptz,
      -- what the last Connect found, as the API shows it
      connect_report jsonb,
      include_patterns text[] not null default '{}',
      exclude_patterns text[] not null default '{}',
      last_discovered_at timestamptz,
      created_at timestamptz not null,
      created_by jsonb not null,
      updated_at timestamptz not null,
      version integer not null default 1
    );
    -- names are unique without regard to case
    create unique index tools_name on tools (lower(name));
    -- who uses this credential, this MID Server
    create index tools_credential on tools (credential_id);
    create index tools_mid_server on tools (mid_server_id);
  `,
};
