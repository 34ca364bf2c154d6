import type { Migration } from '../db/migration.ts';

export const tools: Migration = {
  number: 6,
  name: 'tools',
  sql: '',
};
