import { Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import { type ReactNode, useRef } from 'react';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { AppLink } from '../app-link.tsx';
import type { Column, NarrowRow } from './column.ts';
import classes from './record-table.module.css';
import { rowLinkOf, selectCurrentRow, stepRow } from './row-focus.ts';

export interface Selection {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
}

export interface RecordTableProps<Row extends { id: string }> {
  /** What the rows are, for screen readers: "Credentials". */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowName: (row: Row) => string;
  /** Where the row leads; absent where rows are only read. */
  rowHref?: ((row: Row) => string) | undefined;
  /** Instead of a page of its own: what opening the row does. */
  onOpen?: ((row: Row) => void) | undefined;
  narrowRow: (row: Row) => NarrowRow;
  sort?: string | undefined;
  onSort?: ((field: string) => void) | undefined;
  selection?: Selection | undefined;
  /** j, k and x; off where several tables share a page. */
  keyboard?: boolean;
  /** Inside a card, whose padding the first and last column keep. */
  inset?: boolean;
}

/** The rows of a list: a table, or two-line rows below 768 px. The first column names the record and opens it. */
export function RecordTable<Row extends { id: string }>(props: RecordTableProps<Row>) {
  const { keyboard = true, selection } = props;
  const narrow = useNarrow();
  const root = useRef<HTMLDivElement>(null);
  useShortcuts(
    {
      j: () => stepRow(root.current, 1),
      k: () => stepRow(root.current, -1),
      x: () => selection && selectCurrentRow(root.current),
    },
    { enabled: keyboard },
  );
  return (
    <div ref={root} data-inset={props.inset || undefined}>
      {narrow ? <NarrowRows {...props} /> : <WideTable {...props} />}
    </div>
  );
}

function WideTable<Row extends { id: string }>(props: RecordTableProps<Row>) {
  const { label, rows, columns, sort, onSort, selection } = props;
  const all = rows.length > 0 && rows.every(({ id }) => selection?.ids.has(id));
  const some = rows.some(({ id }) => selection?.ids.has(id));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, so the keyboard must reach it.
    <section className={classes.scroll} aria-label={label} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {selection && (
              <th className={classes.tick}>
                <Checkbox
                  size="xs"
                  aria-label="Select all rows"
                  checked={all}
                  indeterminate={some && !all}
                  onChange={() => selection.onChange(new Set(all ? [] : rows.map(({ id }) => id)))}
                />
              </th>
            )}
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-selected={selection?.ids.has(row.id) || undefined}>
              {selection && (
                <td className={classes.tick}>
                  <RowTick row={row} name={props.rowName(row)} selection={selection} />
                </td>
              )}
              {columns.map((column, index) => (
                <td key={column.key} data-align={column.align} data-dim={column.dim || undefined}>
                  {index === 0 ? <RowLink {...props} row={row} cell={column.cell(row)} /> : column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function NarrowRows<Row extends { id: string }>(props: RecordTableProps<Row>) {
  const { label, rows, columns, narrowRow } = props;
  return (
    <ul className={classes.rows} aria-label={label}>
      {rows.map((row) => {
        const { end, state, detail } = narrowRow(row);
        return (
          <li key={row.id}>
            <span className={classes.first}>
              <RowLink {...props} row={row} cell={columns[0]?.cell(row)} />
              <span className={classes.end}>{end}</span>
            </span>
            <span className={classes.second}>
              <span>{state}</span>
              <span className={classes.end}>{detail}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function RowLink<Row extends { id: string }>(
  props: RecordTableProps<Row> & { row: Row; cell: ReactNode },
): ReactNode {
  const { row, cell, rowHref, onOpen } = props;
  if (onOpen !== undefined) {
    return (
      <button type="button" className={classes.link} onClick={() => onOpen(row)} {...rowLinkOf}>
        {cell}
      </button>
    );
  }
  if (rowHref === undefined) return <span className={classes.name}>{cell}</span>;
  return (
    <AppLink href={rowHref(row)} className={classes.link} {...rowLinkOf}>
      {cell}
    </AppLink>
  );
}

function RowTick<Row extends { id: string }>({
  row,
  name,
  selection,
}: {
  row: Row;
  name: string;
  selection: Selection;
}) {
  const toggle = () => {
    const ids = new Set(selection.ids);
    if (!ids.delete(row.id)) ids.add(row.id);
    selection.onChange(ids);
  };
  return (
    <Checkbox size="xs" aria-label={`Select ${name}`} checked={selection.ids.has(row.id)} onChange={toggle} />
  );
}

interface HeadingProps<Row> {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((field: string) => void) | undefined;
}

function Heading<Row>({ column, sort, onSort }: HeadingProps<Row>) {
  const field = column.sort;
  if (field === undefined || onSort === undefined) {
    return (
      <th scope="col" data-align={column.align}>
        {column.label}
      </th>
    );
  }
  const direction = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : undefined;
  const Icon =
    direction === 'ascending' ? IconArrowUp : direction === 'descending' ? IconArrowDown : IconSelector;
  return (
    <th scope="col" data-align={column.align} aria-sort={direction ?? 'none'}>
      <button type="button" className={classes.sort} onClick={() => onSort(field)}>
        {column.label}
        <Icon size={13} className={classes.sortIcon} data-on={direction && true} aria-hidden="true" />
      </button>
    </th>
  );
}
