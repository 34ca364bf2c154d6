import type { ReactNode } from 'react';

/** One column of a list. */
export interface Column<Row> {
  /** Names the column in the chooser's memory. */
  key: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** The same for files; a date is ISO 8601 there. */
  text: (row: Row) => string;
  /** The field that the API sorts by; absent when it cannot. */
  sort?: string;
  /** `end` for numbers and times at the right edge. */
  align?: 'end';
  /** Secondary text. */
  dim?: boolean;
  /** Not shown until somebody chooses it. */
  hidden?: boolean;
}

/** How a row looks below 768 px: the name and `end` on the first line, `state` and `detail` on the second. */
export interface NarrowRow {
  end?: ReactNode;
  state?: ReactNode;
  detail?: ReactNode;
}

/** A filter chip: a query parameter of the API and the values it takes. */
export interface FilterDefinition {
  param: string;
  label: string;
  options: readonly { value: string; label: string }[];
}

/** A tab above the list with its own count: a saved filter. */
export interface ListView {
  key: string;
  label: string;
  query: Record<string, string>;
}

/** What can be done with the selected rows. */
export interface BulkAction<Row> {
  label: string;
  icon: ReactNode;
  tone?: 'bad';
  /** Resolves to whether it was done; then nothing stays selected. */
  run: (rows: readonly Row[]) => Promise<boolean>;
}
