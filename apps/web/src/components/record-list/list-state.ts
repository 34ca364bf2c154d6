import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';

export interface ListState {
  q: string;
  /** A field, descending with a leading `-`; undefined for the list's own order. */
  sort: string | undefined;
  view: string | undefined;
  /** Values of filter chips by their parameter. */
  filters: Readonly<Record<string, string>>;
}

const filterPrefix = 'f.';

/** Reads a list's state from the address, so that back, reload and a shared link show the same rows. */
export function listStateOf(search: Readonly<Record<string, unknown>>): ListState {
  const text = (key: string) => {
    const value = search[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const filters = Object.keys(search)
    .filter((key) => key.startsWith(filterPrefix))
    .map((key) => [key.slice(filterPrefix.length), text(key) ?? '']);
  return { q: text('q') ?? '', sort: text('sort'), view: text('view'), filters: Object.fromEntries(filters) };
}

/** The address's query for a state; other parameters, such as an open dialog's, stay. */
export function searchOf(
  state: ListState,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const others = Object.entries(before).filter(
    ([key]) => !['q', 'sort', 'view'].includes(key) && !key.startsWith(filterPrefix),
  );
  const filters = Object.entries(state.filters).map(([param, value]) => [filterPrefix + param, value]);
  return {
    ...Object.fromEntries(others),
    ...(state.q === '' ? {} : { q: state.q }),
    ...(state.sort === undefined ? {} : { sort: state.sort }),
    ...(state.view === undefined ? {} : { view: state.view }),
    ...Object.fromEntries(filters),
  };
}

/** A click on a heading: ascending, then descending, then the list's own order again. */
export function nextSort(current: string | undefined, field: string): string | undefined {
  if (current === field) return `-${field}`;
  return current === `-${field}` ? undefined : field;
}

/** The list's state in the address, and the cursors of the pages before this one. */
export function useListState() {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const state = listStateOf(search);
  const change = useCallback(
    (changed: Partial<ListState>) => {
      setCursors([]);
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => searchOf({ ...listStateOf(before), ...changed }, before),
        replace: true,
      });
    },
    [navigate],
  );
  return {
    state,
    change,
    cursor: cursors.at(-1),
    page: cursors.length,
    nextPage: (cursor: string) => setCursors([...cursors, cursor]),
    previousPage: () => setCursors(cursors.slice(0, -1)),
  };
}
