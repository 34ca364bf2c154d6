import { Tabs } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { z } from 'zod';
import { api, type QueryValues } from '../../lib/api.ts';
import { common } from '../../texts/common.ts';
import type { ListView } from './column.ts';
import classes from './list-views.module.css';

export interface ListViewsProps {
  path: string;
  query: QueryValues;
  views: readonly ListView[];
  current: string | undefined;
  onChange: (view: string | undefined) => void;
}

/** Tabs of saved filters, each with its number of rows. The first is All. */
export function ListViews({ path, query, views, current, onChange }: ListViewsProps) {
  const all: ListView[] = [{ key: 'all', label: 'All', query: {} }, ...views];
  const counts = useQueries({
    queries: all.map((view) => ({
      queryKey: [path, 'list', { ...query, ...view.query, limit: 1 }],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.list(path, z.unknown(), { ...query, ...view.query, limit: 1 }, signal),
    })),
  });
  return (
    <Tabs
      value={current ?? 'all'}
      onChange={(key) => onChange(key === 'all' || key === null ? undefined : key)}
      classNames={{ list: classes.list ?? '', tab: classes.tab ?? '' }}
    >
      <Tabs.List>
        {all.map((view, index) => (
          <Tabs.Tab key={view.key} value={view.key}>
            {view.label} <span className={classes.count}>{counts[index]?.data?.total ?? common.none}</span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
