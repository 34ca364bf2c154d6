import type { Migration } from '../db/migration.ts';

export const midServers: Migration = {
  number: 5,
  name: 'mid-servers',
  sql: '',
};
