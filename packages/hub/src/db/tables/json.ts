import type { ColumnType } from 'kysely';

/** Read as whatever is in there: parsed with a schema before use. Written as JSON text. */
export type Json = ColumnType<unknown, string, string>;
/** Where the column has a default. */
export type DefaultedJson = ColumnType<unknown, string | undefined, string>;
export type NullableJson = ColumnType<unknown, string | null, string | null>;
