import type { Migration } from '../db/migration.ts';
import { bindSealedColumn } from '../db/sealed-column.ts';

/** Revocations that providers still have to confirm, canary credentials, and since when a token was not used. */
export const tokenRevocations: Migration = {
  number: 13,
  name: 'token-revocations',
  sql: `
    -- One decision to revoke, of one token or of thousands: what a report is about.
    create table token_revocations (
      id text primary key,
      reason text not null,
      created_at timestamptz not null,
      created_by jsonb not null
    );
    create index token_revocations_newest on token_revocations (created_at);

    -- A token that ended here, and what its provider did. It outlives its credential and registry, as a report must.
    create table revoked_tokens (
      id text primary key,
      revocation_id text not null references token_revocations on delete cascade,
      token_id text not null,
      credential_id text not null,
      credential_name text not null,
      registry_id text references application_registries on delete set null,
      registry_name text not null,
      template text not null,
      state text not null check (state in ('pending', 'revoked', 'local_only', 'failed')),
      -- As they lay in tokens, sealed for that place: ending many at once needs no key. Kept until the provider has
      -- confirmed, or nobody can do anything any more.
      access_token_sealed text,
      access_token_version integer,
      access_token_expires_at timestamptz,
      refresh_token_sealed text,
      refresh_token_version integer,
      attempts integer not null default 0,
      retry_at timestamptz,
      -- Whoever sends holds it, by the database's clock; asking a provider twice does no harm (RFC 7009 §2.2).
      lease_until timestamptz,
      outcome jsonb,
      created_at timestamptz not null,
      finished_at timestamptz,
      check ((state = 'pending') = (retry_at is not null)),
      check ((state = 'pending') = (finished_at is null)),
      check ((access_token_sealed is null) = (access_token_version is null)),
      check ((refresh_token_sealed is null) = (refresh_token_version is null)),
      check (state not in ('revoked', 'local_only') or (access_token_sealed is null and refresh_token_sealed is null))
    );
    ${bindSealedColumn('revoked_tokens', 'access_token_sealed')}
    ${bindSealedColumn('revoked_tokens', 'refresh_token_sealed')}
    create index revoked_tokens_revocation on revoked_tokens (revocation_id);
    create index revoked_tokens_token on revoked_tokens (token_id, created_at);
    -- The queue: what is due, provider by provider.
    create index revoked_tokens_due on revoked_tokens (registry_id, retry_at) where state = 'pending';

    -- A consent shows that somebody wants the token, also before its first use.
    alter table tokens add column granted_at timestamptz not null default now();
    update tokens set granted_at = created_at;

    -- Never meant to be used: any use is an alarm.
    alter table credentials add column canary boolean not null default false;

    -- An alarm stays until somebody has seen it. One for each credential and user of it, however often it is used.
    create table canary_alarms (
      id text primary key,
      credential_id text not null,
      credential_name text not null,
      actor jsonb not null,
      actor_key text not null,
      kind text not null,
      count integer not null default 1,
      first_at timestamptz not null,
      last_at timestamptz not null,
      request_id text,
      acknowledged_at timestamptz,
      acknowledged_by jsonb
    );
    create unique index canary_alarms_open on canary_alarms (credential_id, actor_key, kind)
      where acknowledged_at is null;
  `,
};
