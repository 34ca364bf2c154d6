import type { Migration } from '../db/migration.ts';

/** Ends that only a person can prevent, and the warnings of them. */
export const expiries: Migration = {
  number: 12,
  name: 'expiries',
  sql: `
    -- When a grant lapses unless a person acts, and since when that is so; null while refreshing goes on.
    alter table tokens add column lapses_at timestamptz, add column lapses_since timestamptz;
    update tokens set lapses_at = expires_at, lapses_since = issued_at
      where refresh_token_sealed is null and refresh_at is null and state = 'available';
    create index tokens_lapses on tokens (lapses_at) where lapses_at is not null;

    -- As somebody was told when the secret was made (RFC 7591 §3.2.1 client_secret_expires_at).
    alter table application_registries add column client_secret_expires_at timestamptz;

    -- What was warned of already: once for each end and lead time, whichever instance gets here first.
    create table expiry_warnings (
      subject_id text not null,
      ends_at timestamptz not null,
      lead_ms bigint not null,
      warned_at timestamptz not null,
      primary key (subject_id, ends_at, lead_ms)
    );
  `,
};
