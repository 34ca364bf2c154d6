import { z } from 'zod';

/**
 * What is inside the encryption, as lines: the manifest, then for each table a line that names it and its columns, its
 * rows as PostgreSQL's COPY writes them (text format, which all its versions share) and a line with `\.`, then the end.
 */
export const manifest = z.object({
  format: z.literal('lockkeeper-backup'),
  version: z.literal(1),
  /** Number of the newest migration. */
  schema: z.number().int().positive(),
  madeAt: z.iso.datetime(),
  /** Of the server it was made from; for people. */
  postgresql: z.string(),
  tables: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifest>;

export const endLine = z.object({ end: z.literal(true), rows: z.record(z.string(), z.number().int()) });

export const endOfTable = '\\.';

/** How COPY writes dates, numbers and bytes, whatever the server's defaults are. */
export const copySettings = [
  "set local client_encoding = 'UTF8'",
  "set local datestyle = 'ISO'",
  "set local intervalstyle = 'iso_8601'",
  "set local timezone = 'UTC'",
  'set local extra_float_digits = 3',
  "set local bytea_output = 'hex'",
  'set local lock_timeout = 0',
  'set local statement_timeout = 0',
  'set local idle_in_transaction_session_timeout = 0',
];
