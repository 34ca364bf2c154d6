import type { Migration } from '../db/migration.ts';

export const applications: Migration = {
  number: 2,
  name: 'applications',
  sql: '',
};
