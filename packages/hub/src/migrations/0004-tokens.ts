import type { Migration } from '../db/migration.ts';

/** Tokens with their lease, pending authorizations, and what the callback page has to say. */
export const tokens: Migration = {
  number: 4,
  name: 'tokens',
  sql: `
    create table tokens (
      id text primary key,
      -- One current token for a credential. A credential that changes its profile loses its token.
      credential_id text not null unique references credentials on delete cascade,
      state text not null
        check (state in ('available', 'refreshing', 'uncertain', 'needs_authorization', 'revoked')),
      -- The fence: rises with every change of the tokens. A write that names an older one changes nothing.
      version integer not null check (version > 0),
      access_token_sealed text,
      access_token_version integer,
      refresh_token_sealed text,
      refresh_token_version integer,
      issued_at timestamptz,
      expires_at timestamptz,
      -- When to refresh ahead of expiry; null when there is nothing to refresh with.
      refresh_at timestamptz,
      refresh_token_expires_at timestamptz,
      scopes_asked text[] not null,
      scopes_granted text[],
      -- The lease of who refreshes. By the database's clock, because those of instances differ.
      lease_id text,
      lease_until timestamptz,
      -- Set before the request leaves: a lease that ends with it is of unknown outcome, one without is free again.
      lease_sent_at timestamptz,
      -- Requests of unknown outcome with the present refresh token.
      unknown_outcomes integer not null default 0,
      -- Refusals that may or may not mean that the refresh token is dead, and when they began.
      refusals integer not null default 0,
      first_refused_at timestamptz,
      -- Failures in a row, and when to try again.
      failures integer not null default 0,
      retry_at timestamptz,
      problem jsonb,
      last_refresh_at timestamptz,
      last_used_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check ((access_token_sealed is null) = (access_token_version is null)),
      check ((refresh_token_sealed is null) = (refresh_token_version is null)),
      check ((lease_id is null) = (lease_until is null)),
      check (lease_sent_at is null or lease_id is not null),
      check (state not in ('available', 'refreshing') or access_token_sealed is not null),
      check (state <> 'revoked' or (access_token_sealed is null and refresh_token_sealed is null))
    );
    -- The refresher asks for what is due, soonest first.
    create index tokens_due on tokens (greatest(refresh_at, retry_at, lease_until))
      where refresh_token_sealed is not null and state in ('available', 'refreshing', 'uncertain');

    -- A flow under way. Its state is stored as SHA-256; redeeming it deletes the row.
    create table authorization_requests (
      state_hash bytea primary key check (length(state_hash) = 32),
      credential_id text not null references credentials on delete cascade,
      registry_id text not null references application_registries on delete cascade,
      profile_id text not null references oauth_entity_profiles on delete cascade,
      -- The browser session that began it: no other may end it.
      session_id text not null,
      -- Sealed; null where the registry switched PKCE off.
      code_verifier_sealed text,
      redirect_uri text not null,
      -- To see that the registry still is what it was when the flow began.
      registry_version integer not null,
      scopes_asked text[] not null,
      created_at timestamptz not null,
      expires_at timestamptz not null
    );
    create index authorization_requests_expires on authorization_requests (expires_at);

    -- What the page after the callback says, so that its address holds neither code nor state.
    create table authorization_results (
      id text primary key,
      page jsonb not null,
      expires_at timestamptz not null
    );
    create index authorization_results_expires on authorization_results (expires_at);
  `,
};
