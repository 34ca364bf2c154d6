import type { Migration } from '../db/migration.ts';

/** Second factors, confirmation of sign-ins, single sign-on, and requests that may be repeated. */
export const signIn: Migration = {
  number: 8,
  name: 'sign-in',
  sql: `
    -- When the person last proved who they are in this session; null is never. What is dangerous asks for it again.
    alter table user_sessions add column authenticated_at timestamptz;

    alter table users add column two_factor_enabled boolean not null default false;

    -- The columns that better-auth wants; secret and recovery codes are encrypted with a key that is not in here.
    create table user_two_factors (
      id text primary key,
      user_id text not null unique references users on delete cascade,
      secret text not null,
      backup_codes text not null,
      verified boolean not null default false,
      failed_verification_count integer not null default 0,
      locked_until timestamptz
    );

    -- A code that was shown to us once works no more, although its time is not over (RFC 6238 section 5.2).
    create table user_two_factor_codes (
      user_id text not null references users on delete cascade,
      code_hash bytea not null check (length(code_hash) = 32),
      used_at timestamptz not null,
      primary key (user_id, code_hash)
    );

    -- Sign-ins under way at the identity provider. The callback deletes its row, so each works once.
    create table sso_requests (
      state_hash bytea primary key check (length(state_hash) = 32),
      -- Of a cookie that only the browser that began has.
      browser_hash bytea not null check (length(browser_hash) = 32),
      nonce text not null,
      code_verifier text not null,
      -- Set when a person who is signed in confirms that it is still them.
      session_id text references user_sessions on delete cascade,
      created_at timestamptz not null,
      expires_at timestamptz not null
    );

    -- Where a key may be used from; empty is anywhere.
    alter table api_keys add column address_ranges text[] not null default '{}';

    -- What a POST with an Idempotency-Key answered, so that its repetition has no second effect.
    create table idempotency_keys (
      principal_id text not null,
      key text not null,
      -- Of method, address and body: the same key with something else is a mistake of the caller.
      request_hash bytea not null check (length(request_hash) = 32),
      -- Null while the first request is under way.
      status integer,
      content_type text,
      location text,
      -- Null where the answer carried a secret, which is shown once and never stored.
      body text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (principal_id, key)
    );
    create index idempotency_keys_expiry on idempotency_keys (expires_at);
  `,
};
