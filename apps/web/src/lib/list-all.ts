import { PAGE_LIMIT_MAX, type Page } from '@lockkeeper/contract';
import type { z } from 'zod';
import { api, type QueryValues } from './api.ts';

/** Every row of a list, page by page. For what one person looks at as a whole, such as a tool's repositories. */
export async function listAll<Item extends z.ZodType>(
  path: string,
  item: Item,
  query: QueryValues,
  signal?: AbortSignal,
): Promise<z.output<Item>[]> {
  const rows: z.output<Item>[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<z.output<Item>> = await api.list(
      path,
      item,
      { ...query, limit: PAGE_LIMIT_MAX, cursor },
      signal,
    );
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return rows;
}
