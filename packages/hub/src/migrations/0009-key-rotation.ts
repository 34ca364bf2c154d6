import type { Migration } from '../db/migration.ts';
import { bindSealedColumn } from '../db/sealed-column.ts';

/** What a rotation of keys needs: which key a value is sealed with, how far a rotation is, and who knows which keys. */
export const keyRotation: Migration = {
  number: 9,
  name: 'key-rotation',
  sql: `
    -- Null on the current key while a rotation to it is under way: that is all a killed rotation needs to go on.
    alter table vault_keys add column completed_at timestamptz default now();

    -- The id of the data key in the header of a sealed value (compact JWE, RFC 7516 §7.1). Fails for anything else.
    create function vault_key_of(sealed text) returns text immutable strict parallel safe language sql as $$
      select convert_from(
        decode(rpad(part, (length(part) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb ->> 'kid'
      from translate(split_part(sealed, '.', 1), '-_', '+/') as part
    $$;

    ${bindSealedColumn('application_registries', 'client_secret_sealed')}
    ${bindSealedColumn('tokens', 'access_token_sealed')}
    ${bindSealedColumn('tokens', 'refresh_token_sealed')}
    ${bindSealedColumn('authorization_requests', 'code_verifier_sealed')}
    ${bindSealedColumn('mid_identity', 'private_key_sealed')}

    -- Secrets of the installation itself, such as the one that signs session cookies: a new master key must not sign
    -- everybody out, nor differ between instances that are restarted one after another.
    create table vault_secrets (
      name text primary key,
      secret_sealed text not null,
      secret_version integer not null
    );
    ${bindSealedColumn('vault_secrets', 'secret_sealed')}

    -- Which key-encryption keys the living instances know: a rotation to one that an instance lacks would lock it out.
    create table vault_instances (
      id text primary key,
      key_encryption_ids text[] not null,
      seen_at timestamptz not null
    );
  `,
};
