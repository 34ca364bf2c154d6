import type { Migration } from '../db/migration.ts';

export const access: Migration = {
  number: 1,
  name: 'access',
  sql: '',
};
