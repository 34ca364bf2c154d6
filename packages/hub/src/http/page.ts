import { PAGE_LIMIT_DEFAULT, type Page } from '@lockkeeper/contract';
import { type Expression, type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import { isDataException } from '../db/violations.ts';
import { type HubError, invalidField } from './hub-error.ts';

/** The list parameters of the contract's `listQuery`, as far as paging needs them. */
export interface PageRequest {
  limit?: number | undefined;
  cursor?: string | undefined;
  /** A key of `sortable`, with a leading `-` for descending. */
  sort: string;
}

export interface PageOrder {
  /** What a caller may sort by. Never null (use coalesce): null has no place in a row comparison. */
  sortable: Record<string, Expression<unknown>>;
  /** Unique, and breaks ties. */
  id: Expression<string>;
}

const cursorPayload = z.tuple([z.string(), z.string(), z.string()]);

/**
 * One page of a query by keyset: the last page costs what the first does, and rows that come or go meanwhile neither
 * repeat nor hide others. The query holds its filters and columns, but no order, limit or group.
 */
export async function fetchPage<DB, TB extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, TB, Row>,
  { sortable, id }: PageOrder,
  { limit = PAGE_LIMIT_DEFAULT, cursor, sort }: PageRequest,
): Promise<Page<Row>> {
  const descending = sort.startsWith('-');
  const key = sortable[descending ? sort.slice(1) : sort];
  if (key === undefined) throw invalidField('sort', 'is no field to sort by');

  let rows = query
    .select([sql<string>`(${key})::text`.as('pageKey'), sql<string>`${id}`.as('pageId')])
    // Kysely cannot follow its own types here, where the database is a type parameter.
    .$castTo<Row & { pageKey: string; pageId: string }>()
    .orderBy(key, descending ? 'desc' : 'asc')
    .orderBy(id, descending ? 'desc' : 'asc')
    .limit(limit + 1);
  if (cursor !== undefined) {
    const after = decodeCursor(cursor, sort);
    const beyond = descending ? sql`<` : sql`>`;
    rows = rows.where(sql<boolean>`(${key}, ${id}) ${beyond} (${after.key}, ${after.id})`);
  }
  const count = query.clearSelect().select(sql<string>`count(*)`.as('count')).$castTo<{ count: string }>();

  const [found, { count: total }] = await Promise.all([
    rows.execute().catch((error: unknown) => {
      // What stands in a cursor is compared with the column: of another list, it may be no value of its type.
      throw cursor !== undefined && isDataException(error) ? foreignCursor() : error;
    }),
    count.executeTakeFirstOrThrow(),
  ]);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    items: page,
    nextCursor: last === undefined ? null : encodeCursor(sort, last.pageKey, last.pageId),
    total: Number(total),
  };
}

/** `%` and `_` are letters here, not wildcards. For `ilike` with a `q` somewhere inside. */
export function containing(q: string): string {
  return `%${q.replace(/[\\%_]/g, '\\$&')}%`;
}

function encodeCursor(...payload: z.infer<typeof cursorPayload>): string {
  return Buffer.from(JSON.stringify(payload)).toString('base64url');
}

function decodeCursor(cursor: string, sort: string): { key: string; id: string } {
  try {
    const [forSort, key, id] = cursorPayload.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (forSort === sort) return { key, id };
  } catch {
    // Answered below, like every cursor that is not ours.
  }
  throw foreignCursor();
}

function foreignCursor(): HubError {
  return invalidField('cursor', 'does not belong to this list: start again without it');
}
