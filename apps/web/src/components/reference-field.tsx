import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { z } from 'zod';
import type { QueryValues } from '../lib/api.ts';
import { problemOf } from '../lib/problem-of.ts';
import { useListPage } from '../lib/query.ts';

export interface ReferenceFieldProps<Row extends { id: string; name: string }> {
  id: string;
  label: string;
  /** The collection that is searched, such as `/oauth-entity-profiles`. */
  path: string;
  schema: z.ZodType<Row>;
  /** Further limits on what may be chosen. */
  query?: QueryValues;
  /** The chosen record's id, or null. */
  value: string | null;
  /** Its name, to show before the search has found it. */
  valueName?: string | undefined;
  onChange: (id: string | null, row: Row | undefined) => void;
  required?: boolean | undefined;
  clearable?: boolean;
  placeholder?: string;
  description?: ReactNode;
  error?: ReactNode;
}

const SHOWN_AT_ONCE = 20;

/** Chooses another record, searching by name on the instance while one types. */
export function ReferenceField<Row extends { id: string; name: string }>(props: ReferenceFieldProps<Row>) {
  const { id, label, path, schema, query, value, valueName, onChange, required, clearable, placeholder } =
    props;
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed, 200);
  const found = useListPage(path, schema, {
    ...query,
    q: settled === valueName ? '' : settled,
    limit: SHOWN_AT_ONCE,
  });
  const [known, setKnown] = useState<Row | undefined>();

  const rows = found.data?.items ?? [];
  const chosen = known?.id === value ? known : rows.find((row) => row.id === value);
  const chosenName = chosen?.name ?? valueName;
  const data = rows.map((row) => ({ value: row.id, label: row.name }));
  if (value !== null && chosenName !== undefined && !rows.some((row) => row.id === value)) {
    data.unshift({ value, label: chosenName });
  }

  return (
    <Select
      id={id}
      label={label}
      searchable
      clearable={clearable ?? false}
      withAsterisk={required === true}
      aria-required={required}
      placeholder={placeholder ?? 'Search by name'}
      description={props.description}
      error={props.error}
      leftSection={found.isFetching ? <Loader size={14} /> : <IconSearch size={15} />}
      data={data}
      value={value}
      onChange={(next) => {
        const row = rows.find((candidate) => candidate.id === next);
        setKnown(row);
        onChange(next, row);
      }}
      onSearchChange={(text) => setTyped(text === chosenName ? '' : text)}
      // The instance has searched already.
      filter={({ options }) => options}
      nothingFoundMessage={
        found.isError
          ? problemOf(found.error).title
          : found.isFetching
            ? 'Searching…'
            : 'No record has this in its name.'
      }
      comboboxProps={{ transitionProps: { duration: 90 } }}
    />
  );
}
