import { Button, Tabs } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { z } from 'zod';
import type { QueryValues } from '../lib/api.ts';
import { useListPage } from '../lib/query.ts';
import { common } from '../texts/common.ts';
import { AppLink } from './app-link.tsx';
import { EmptyState } from './empty-state.tsx';
import { LoadingRows } from './loading-rows.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import type { Column, NarrowRow } from './record-list/column.ts';
import { RecordTable } from './record-list/record-table.tsx';
import classes from './related-lists.module.css';

export interface RelatedListProps<Row extends { id: string }> {
  label: string;
  path: string;
  schema: z.ZodType<Row>;
  /** What ties the rows to the record: `{applicationRegistryId: id}`. */
  query: QueryValues;
  columns: readonly Column<Row>[];
  rowName: (row: Row) => string;
  rowHref?: (row: Row) => string;
  narrowRow: (row: Row) => NarrowRow;
  /** Says whether an empty list is fine. */
  empty: ReactNode;
  /** In ms, where no event says that something has changed. */
  refetchInterval?: number;
}

const SHOWN = 20;

/** The rows of one tab. Longer lists are continued on the list's own page. */
export function RelatedList<Row extends { id: string }>(props: RelatedListProps<Row>) {
  const page = useListPage(
    props.path,
    props.schema,
    { ...props.query, limit: SHOWN },
    props.refetchInterval === undefined ? {} : { refetchInterval: props.refetchInterval },
  );
  if (page.isPending) return <LoadingRows what={props.label} rows={2} />;
  if (page.isError) return <ProblemPanel error={page.error} onRetry={() => void page.refetch()} />;
  if (page.data.items.length === 0) return <EmptyState>{props.empty}</EmptyState>;
  return (
    <>
      <RecordTable {...props} rows={page.data.items} keyboard={false} />
      {page.data.total > SHOWN && (
        <p className={classes.more}>
          {SHOWN} of {page.data.total} rows. <AppLink href={props.path}>Open {props.label}</AppLink>
        </p>
      )}
    </>
  );
}

export interface RelatedTab {
  key: string;
  label: string;
  /** For the number beside the label. */
  count: { path: string; schema: z.ZodType; query: QueryValues };
  onNew?: (() => void) | undefined;
  content: ReactNode;
}

/** Related lists as tabs with counts, below a record's form. */
export function RelatedLists({ tabs }: { tabs: readonly RelatedTab[] }) {
  const [current, setCurrent] = useState<string | null>(tabs[0]?.key ?? null);
  const shown = tabs.find(({ key }) => key === current);
  return (
    <Tabs value={current} onChange={setCurrent} keepMounted={false} className={classes.root}>
      <div className={classes.head}>
        <Tabs.List className={classes.list}>
          {tabs.map((tab) => (
            <Tabs.Tab key={tab.key} value={tab.key} className={classes.tab}>
              {tab.label} <TabCount {...tab.count} />
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown?.onNew && (
          <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={shown.onNew}>
            {common.new}
          </Button>
        )}
      </div>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.key} value={tab.key}>
          {tab.content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function TabCount({ path, schema, query }: RelatedTab['count']) {
  const page = useListPage(path, schema, { ...query, limit: SHOWN });
  return <span className={classes.count}>{page.data?.total ?? common.none}</span>;
}
