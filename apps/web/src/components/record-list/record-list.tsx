import { PAGE_LIMIT_DEFAULT } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { z } from 'zod';
import type { QueryValues } from '../../lib/api.ts';
import { useListPage } from '../../lib/query.ts';
import { useShortcuts } from '../../lib/shortcuts.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { EmptyState } from '../empty-state.tsx';
import { ListPage } from '../list-page.tsx';
import { LoadingRows } from '../loading-rows.tsx';
import { ProblemPanel } from '../problem-panel.tsx';
import { failed } from '../toast.tsx';
import { BulkBar } from './bulk-bar.tsx';
import type { BulkAction, Column, FilterDefinition, ListView, NarrowRow } from './column.ts';
import { ExportMenu } from './export-menu.tsx';
import { allRows, exportRows } from './list-export.ts';
import { nextSort, useListState } from './list-state.ts';
import { ListToolbar } from './list-toolbar.tsx';
import { ListViews } from './list-views.tsx';
import { Paging } from './paging.tsx';
import { RecordTable } from './record-table.tsx';
import { useColumns } from './use-columns.ts';

export interface RecordListProps<Row extends { id: string }> {
  /** The page's heading, and the name of exported files. */
  title: string;
  /** The collection: `/credentials`. */
  path: string;
  schema: z.ZodType<Row>;
  /** Limits that the person cannot change. */
  query?: QueryValues;
  columns: readonly Column<Row>[];
  rowName: (row: Row) => string;
  rowHref?: (row: Row) => string;
  onOpen?: (row: Row) => void;
  narrowRow: (row: Row) => NarrowRow;
  /** The API's own order, to show its arrow: `name`. */
  defaultSort?: string;
  filters?: readonly FilterDefinition[];
  views?: readonly ListView[];
  bulkActions?: readonly BulkAction<Row>[];
  /** Further buttons of the heading. */
  actions?: ReactNode;
  /** What **New** and the key n do; absent without the right to it. */
  onNew?: () => void;
  newLabel?: string;
  searchLabel?: string;
  /** One sentence, and what to do, while there are no rows at all. */
  empty: { text: ReactNode; action?: ReactNode };
  /** Between heading and rows: a banner. */
  banner?: ReactNode;
  /** Where the instance itself writes the file: everything that the filters match, however much it is. */
  exportFile?: (format: 'csv' | 'json', query: QueryValues) => Promise<void>;
  /** For lists that no event keeps fresh. */
  refetchInterval?: number;
}

/** The page of a list: heading, filters, rows, paging, selection, export. */
export function RecordList<Row extends { id: string }>(props: RecordListProps<Row>) {
  const { title, path, schema, columns, filters = [], views = [], bulkActions = [], onNew } = props;
  const narrow = useNarrow();
  const list = useListState();
  const { state } = list;
  const { shown, isShown, toggle } = useColumns(path, columns);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  useShortcuts({ n: () => onNew?.() }, { enabled: onNew !== undefined });

  const view = views.find(({ key }) => key === state.view);
  const query = { ...props.query, ...view?.query, ...state.filters, q: state.q, sort: state.sort };
  const options = props.refetchInterval === undefined ? {} : { refetchInterval: props.refetchInterval };
  const page = useListPage(path, schema, { ...query, cursor: list.cursor }, options);
  const rows = page.data?.items ?? [];
  const selectedRows = rows.filter(({ id }) => selected.has(id));
  const isFiltered = state.q !== '' || view !== undefined || Object.keys(state.filters).length > 0;
  const isEmpty = page.isSuccess && page.data.total === 0 && !isFiltered;

  const save = async (format: 'csv' | 'json', only?: readonly Row[]) => {
    try {
      if (only === undefined && props.exportFile !== undefined) await props.exportFile(format, query);
      else exportRows(format, title, shown, only ?? (await allRows(path, schema, query)));
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };

  return (
    <ListPage
      title={title}
      actions={
        <>
          {!narrow && rows.length > 0 && <ExportMenu onExport={(format) => void save(format)} />}
          {props.actions}
          {onNew !== undefined && (
            <Button leftSection={<IconPlus size={16} />} onClick={onNew}>
              {props.newLabel ?? common.new}
            </Button>
          )}
        </>
      }
    >
      {props.banner}
      {views.length > 0 && (
        <ListViews
          path={path}
          query={props.query ?? {}}
          views={views}
          current={state.view}
          onChange={(key) => list.change({ view: key })}
        />
      )}
      {!isEmpty && (
        <ListToolbar
          state={state}
          onChange={list.change}
          searchLabel={props.searchLabel ?? 'Filter by name'}
          filters={filters}
          columns={columns}
          isShown={isShown}
          onToggleColumn={toggle}
        />
      )}
      {page.isPending && <LoadingRows what={title} />}
      {page.isError && <ProblemPanel error={page.error} onRetry={() => void page.refetch()} />}
      {isEmpty && <EmptyState action={props.empty.action}>{props.empty.text}</EmptyState>}
      {page.isSuccess && rows.length === 0 && isFiltered && (
        <EmptyState
          action={
            <Button variant="default" onClick={() => list.change({ q: '', filters: {}, view: undefined })}>
              Clear the filter
            </Button>
          }
        >
          No row matches the filter.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <>
          <RecordTable
            label={title}
            rows={rows}
            columns={shown}
            rowName={props.rowName}
            rowHref={props.rowHref}
            onOpen={props.onOpen}
            narrowRow={props.narrowRow}
            sort={state.sort ?? props.defaultSort}
            onSort={(field) => list.change({ sort: nextSort(state.sort ?? props.defaultSort, field) })}
            selection={bulkActions.length > 0 ? { ids: selected, onChange: setSelected } : undefined}
          />
          <Paging
            from={page.data === undefined ? 0 : list.page * PAGE_LIMIT_DEFAULT + 1}
            count={rows.length}
            total={page.data?.total ?? rows.length}
            onPrevious={list.page > 0 ? list.previousPage : undefined}
            onNext={page.data?.nextCursor ? () => list.nextPage(page.data.nextCursor ?? '') : undefined}
            hasSelection={bulkActions.length > 0}
            hasNew={onNew !== undefined}
          />
        </>
      )}
      {selectedRows.length > 0 && (
        <BulkBar rows={selectedRows} actions={bulkActions} onClear={() => setSelected(new Set())}>
          <button type="button" onClick={() => void save('csv', selectedRows)}>
            <IconDownload size={16} /> {common.export}
          </button>
        </BulkBar>
      )}
    </ListPage>
  );
}
