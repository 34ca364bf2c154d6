import type { Migration } from '../db/migration.ts';

/** A credential says whether its token requests go through a MID Server: the auth server may be in a closed network. */
export const authServerViaMidServer: Migration = {
  number: 11,
  name: 'auth-server-via-mid-server',
  sql: `
    alter table credentials add column connect_via_mid_server boolean not null default false;
  `,
};
