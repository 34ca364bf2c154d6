import type { Migration } from '../db/migration.ts';

/** By which way a provider is told of a token, also when its credential is gone. */
export const revocationsViaMidServer: Migration = {
  number: 15,
  name: 'revocations-via-mid-server',
  sql: `
    alter table revoked_tokens add column connect_via_mid_server boolean not null default false;
    -- As the credential applied: null stands for every MID Server.
    alter table revoked_tokens add column mid_server_ids text[];
    update revoked_tokens as item set
      connect_via_mid_server = credential.connect_via_mid_server,
      mid_server_ids = case when credential.applies_to <> 'all' then array(
        select mid_server_id from credential_mid_servers as named where named.credential_id = credential.id) end
    from credentials as credential where credential.id = item.credential_id;
  `,
};
