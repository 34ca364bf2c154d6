import type { Migration } from '../db/migration.ts';
import { bindSealedColumn } from '../db/sealed-column.ts';

const grantTypes = `'authorization_code', 'client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'`;

/** Grants that need nobody's consent, clients that sign instead of sending a secret, and what a profile adds to requests. */
export const grants: Migration = {
  number: 10,
  name: 'grants',
  sql: `
    alter table application_registries
      drop constraint application_registries_default_grant_type_check,
      add check (default_grant_type in (${grantTypes})),
      drop constraint application_registries_send_credentials_check,
      add check (send_credentials in ('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none')),
      -- Only a person's consent needs it.
      alter column authorization_url drop not null,
      add check (default_grant_type <> 'authorization_code' or authorization_url is not null),
      -- RFC 9207: whether an answer that does not name the issuer is refused.
      add column iss_parameter_supported boolean not null default true,
      -- "public_client or client_secret_sealed is not null": a client can also prove itself with a key pair.
      drop constraint application_registries_check1,
      add check (public_client or client_secret_sealed is not null or send_credentials = 'private_key_jwt');

    alter table oauth_entity_profiles
      drop constraint oauth_entity_profiles_grant_type_check,
      add check (grant_type in (${grantTypes})),
      add column authorization_parameters jsonb not null default '[]',
      add column token_parameters jsonb not null default '[]',
      -- RFC 8707
      add column resources text[] not null default '{}',
      -- How assertions are filled (RFC 7523 §3).
      add column assertion jsonb,
      add check ((assertion is not null) = (grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'));

    -- Key pairs for assertions. The oldest one of a registry signs; all of them are published.
    create table signing_keys (
      id text primary key,
      application_registry_id text not null references application_registries on delete cascade,
      -- RFC 7517 §4.5: how the provider finds the key.
      kid text not null,
      algorithm text not null check (algorithm in ('RS256', 'PS256', 'ES256', 'EdDSA')),
      origin text not null check (origin in ('generated', 'imported')),
      public_jwk jsonb not null,
      private_key_sealed text not null,
      private_key_version integer not null default 1,
      created_at timestamptz not null,
      created_by jsonb not null,
      unique (application_registry_id, kid)
    );
    ${bindSealedColumn('signing_keys', 'private_key_sealed')}

    -- By which grant the token came. One that needs nobody is asked for again by the same grant, without a refresh token.
    alter table tokens
      add column grant_type text not null default 'authorization_code' check (grant_type in (${grantTypes})),
      add check (grant_type = 'authorization_code' or refresh_token_sealed is null);
    drop index tokens_due;
    create index tokens_due on tokens (greatest(refresh_at, retry_at, lease_until))
      where (refresh_token_sealed is not null or grant_type <> 'authorization_code')
        and state in ('available', 'refreshing', 'uncertain');
  `,
};
