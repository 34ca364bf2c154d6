import type { Migration } from '../db/migration.ts';

export const discovery: Migration = {
  number: 7,
  name: 'discovery',
  sql: '',
};
