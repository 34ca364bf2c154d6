import type { Migration } from '../db/migration.ts';

export const credentials: Migration = {
  number: 3,
  name: 'credentials',
  sql: '',
};
