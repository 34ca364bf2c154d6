import { PAGE_LIMIT_MAX } from '@lockkeeper/contract';
import type { z } from 'zod';
import { api, type QueryValues } from '../../lib/api.ts';
import { saveFile, toCsv } from '../../lib/table-file.ts';
import type { Column } from './column.ts';

/** A file that no program could open helps nobody. */
export const EXPORT_MAX_ROWS = 20_000;

/** Every row that the list's filters match, page by page. */
export async function allRows<Row>(path: string, schema: z.ZodType<Row>, query: QueryValues): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Row[]; nextCursor: string | null } = await api.list(path, schema, {
      ...query,
      limit: PAGE_LIMIT_MAX,
      cursor,
    });
    rows.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null && rows.length < EXPORT_MAX_ROWS);
  return rows;
}

/** Saves rows as a file: the shown columns as CSV, or whole records as JSON. */
export function exportRows<Row>(
  format: 'csv' | 'json',
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void {
  const file = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  if (format === 'json') {
    saveFile(`${file}.json`, 'application/json', JSON.stringify(rows, null, 2));
    return;
  }
  const table = rows.map((row) => columns.map((column) => column.text(row)));
  saveFile(
    `${file}.csv`,
    'text/csv',
    toCsv(
      columns.map(({ label }) => label),
      table,
    ),
  );
}
