import process from 'node:process';
import { parseMasterKeys } from '@lockkeeper/vault';
import { createDatabase } from '../src/db/database.ts';
import { rotateKeys } from '../src/keys/key-rotation.ts';

/** Rotates as `lockkeeper keys rotate` does, and tells how far it is, so that a test can kill it there. */
const { connectionString = '', current, previous } = JSON.parse(process.argv[2] ?? '{}');
const database = createDatabase({ connectionString });
const done = await rotateKeys({
  db: database.db,
  masterKeys: async () => parseMasterKeys(current, previous),
  settleMs: 50,
  onProgress: ({ resealed, total }) => console.log(`sealed ${resealed} of ${total}`),
});
console.log(`rotated ${done.resealed}`);
await database.close();
