import type { Migration } from '../db/migration.ts';

/** People, their sessions, API keys and the audit log. */
export const access: Migration = {
  number: 1,
  name: 'access',
  sql: `
    create table users (
      id text primary key,
      name text not null,
      email text not null unique check (email = lower(email)),
      email_verified boolean not null default false,
      image text,
      roles text[] not null default '{}'
        check (roles <@ array['admin', 'tool_owner', 'integration', 'viewer']),
      active boolean not null default true,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      last_sign_in_at timestamptz
    );

    -- The three tables below have the columns that better-auth wants; only access/people-auth.ts knows it.
    create table user_sessions (
      id text primary key,
      user_id text not null references users on delete cascade,
      -- Worthless without the signature that the cookie carries beside it; the signing key is not in the database.
      token text not null unique,
      expires_at timestamptz not null,
      ip_address text,
      user_agent text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    -- A change of roles ends all sessions of a person.
    create index user_sessions_user on user_sessions (user_id);

    create table user_accounts (
      id text primary key,
      user_id text not null references users on delete cascade,
      provider_id text not null,
      account_id text not null,
      password text,
      access_token text,
      refresh_token text,
      id_token text,
      access_token_expires_at timestamptz,
      refresh_token_expires_at timestamptz,
      scope text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (provider_id, account_id)
    );
    create index user_accounts_user on user_accounts (user_id);

    create table user_verifications (
      id text primary key,
      identifier text not null,
      value text not null,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index user_verifications_identifier on user_verifications (identifier);

    -- One-time links: the first administrator's, and invitations. Redeeming one deletes it.
    create table setup_links (
      token_hash bytea primary key check (length(token_hash) = 32),
      purpose text not null check (purpose in ('first_admin', 'invitation')),
      email text check (email = lower(email)),
      roles text[] not null,
      created_by jsonb not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      check ((purpose = 'invitation') = (email is not null))
    );

    create table api_keys (
      id text primary key,
      name text not null,
      -- SHA-256 of the key: 256 random bits need no slow hash (ASVS 6.5.2).
      key_hash bytea not null unique check (length(key_hash) = 32),
      hint text not null,
      roles text[] not null
        check (roles <@ array['admin', 'tool_owner', 'integration', 'viewer'] and cardinality(roles) > 0),
      tool_ids text[] not null default '{}',
      may_write boolean not null default false,
      created_by jsonb not null,
      created_at timestamptz not null,
      expires_at timestamptz,
      last_used_at timestamptz,
      revoked_at timestamptz
    );
    create unique index api_keys_name on api_keys (lower(name)) where revoked_at is null;

    create table audit_entries (
      sequence bigint primary key,
      id text not null unique,
      at timestamptz not null,
      actor_kind text not null,
      actor_id text,
      actor_name text not null,
      action text not null,
      outcome text not null check (outcome in ('success', 'failure')),
      subject_type text not null,
      subject_id text,
      subject_name text,
      summary text not null,
      before jsonb,
      after jsonb,
      request_id text,
      -- SHA-256 over the canonical JSON of the columns above except sequence.
      content_hash bytea not null,
      -- SHA-256 over the previous row's hash, sequence (8 bytes, big endian) and content_hash.
      hash bytea not null
    );
    create index audit_entries_subject on audit_entries (subject_id, sequence);
    create index audit_entries_actor on audit_entries (actor_id, sequence);
    create index audit_entries_action on audit_entries (action text_pattern_ops, sequence);
    create index audit_entries_at on audit_entries (at);

    -- The chain's end. Its row lock orders the entries of concurrent transactions.
    create table audit_head (
      only_row boolean primary key default true check (only_row),
      sequence bigint not null,
      hash bytea not null
    );
    insert into audit_head (sequence, hash) values (0, sha256('lockkeeper audit log'));

    -- Against our own mistakes; the chain is what shows a superuser's.
    create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception 'audit entries are never changed or removed';
    end $$;
    create trigger audit_entries_append_only before update or delete or truncate on audit_entries
      for each statement execute function refuse_audit_change();
  `,
};
