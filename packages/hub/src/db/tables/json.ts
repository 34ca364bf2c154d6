import type { ColumnType } from 'kysely';

/** Read as whatever is in there: parsed with a schema before use. Written as JSON text. */
export type Json = ColumnType<unknown, string, string>;
export type NullableJson = ColumnType<unknown, string | null, string | null>;
