import type { Migration } from '../db/migration.ts';

/** Agents, how they enrol, and which instance holds their connection. */
export const midServers: Migration = {
  number: 5,
  name: 'mid-servers',
  sql: `
    -- The key by which agents know this installation, whichever of its instances answers.
    create table mid_identity (
      only_row boolean primary key default true check (only_row),
      instance_id text not null,
      public_key text not null,
      -- Ed25519 private key as JWK, sealed by the vault.
      private_key_sealed text not null,
      private_key_version integer not null
    );

    create table mid_servers (
      id text primary key,
      name text not null,
      -- Raw public keys, base64url.
      signing_key text not null unique,
      sealing_key text not null,
      fingerprint text not null,
      host text not null,
      enrolled_from text not null,
      agent_version text not null,
      enrolled_at timestamptz not null,
      enrolled_by jsonb not null,
      validated_at timestamptz,
      validated_by jsonb,
      paused_at timestamptz,
      -- An admin asked for new keys; the agent makes them at its next connection.
      rekey_requested_at timestamptz,
      -- Written when a session ends and now and then while it lives.
      last_heartbeat_at timestamptz,
      check ((validated_at is null) = (validated_by is null))
    );
    create unique index mid_servers_name on mid_servers (lower(name));

    create table mid_enrolment_tokens (
      id text primary key,
      -- SHA-256 of the token: 256 random bits need no slow hash.
      token_hash bytea not null unique check (length(token_hash) = 32),
      name text,
      created_at timestamptz not null,
      created_by jsonb not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      mid_server_id text references mid_servers on delete set null
    );

    -- Which instance holds an agent's connection. A row whose heartbeat is old belongs to an instance that died.
    create table mid_sessions (
      id text primary key,
      mid_server_id text not null references mid_servers on delete cascade,
      instance text not null,
      connected_at timestamptz not null,
      heartbeat_at timestamptz not null,
      round_trip_ms double precision,
      clock_skew_ms double precision,
      tls boolean not null
    );
    create index mid_sessions_mid_server on mid_sessions (mid_server_id);
    create index mid_sessions_instance on mid_sessions (instance);
  `,
};
