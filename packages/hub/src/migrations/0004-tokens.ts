import type { Migration } from '../db/migration.ts';

export const tokens: Migration = {
  number: 4,
  name: 'tokens',
  sql: '',
};
