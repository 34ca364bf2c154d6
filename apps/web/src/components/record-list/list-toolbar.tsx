import { ActionIcon, Button, Menu, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconColumns3, IconFilterPlus, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Column, FilterDefinition } from './column.ts';
import type { ListState } from './list-state.ts';
import classes from './list-toolbar.module.css';

export interface ListToolbarProps<Row> {
  state: ListState;
  onChange: (changed: Partial<ListState>) => void;
  searchLabel: string;
  filters: readonly FilterDefinition[];
  columns: readonly Column<Row>[];
  isShown: (column: Column<Row>) => boolean;
  onToggleColumn: (column: Column<Row>) => void;
}

/** Filter by text, filter chips, and which columns are shown. */
export function ListToolbar<Row>(props: ListToolbarProps<Row>) {
  const { state, onChange, filters, columns, isShown, onToggleColumn, searchLabel } = props;
  const free = filters.filter(({ param }) => state.filters[param] === undefined);
  return (
    <div className={classes.bar}>
      <SearchInput label={searchLabel} value={state.q} onChange={(q) => onChange({ q })} />
      {filters.map((filter) => {
        const value = state.filters[filter.param];
        if (value === undefined) return null;
        const { [filter.param]: _removed, ...others } = state.filters;
        return (
          <FilterChip
            key={filter.param}
            filter={filter}
            value={value}
            onChange={(next) => onChange({ filters: { ...state.filters, [filter.param]: next } })}
            onRemove={() => onChange({ filters: others })}
          />
        );
      })}
      {free.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              variant="subtle"
              color="gray"
              className={classes.add}
              leftSection={<IconFilterPlus size={16} />}
            >
              Add filter
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {free.map((filter) => (
              <Menu.Item
                key={filter.param}
                onClick={() =>
                  onChange({ filters: { ...state.filters, [filter.param]: filter.options[0]?.value ?? '' } })
                }
              >
                {filter.label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <span className={classes.space} />
      <Menu position="bottom-end" closeOnItemClick={false}>
        <Menu.Target>
          <ActionIcon aria-label="Choose columns" className={classes.columns}>
            <IconColumns3 size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Columns</Menu.Label>
          {columns.slice(1).map((column) => (
            <Menu.CheckboxItem
              key={column.key}
              checked={isShown(column)}
              onChange={() => onToggleColumn(column)}
            >
              {column.label}
            </Menu.CheckboxItem>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

interface SearchInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function SearchInput({ label, value, onChange }: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  const settle = useDebouncedCallback(onChange, 250);
  // The address changes from outside too: back, or a link to a filtered list.
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      className={classes.search}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        settle(event.currentTarget.value);
      }}
    />
  );
}

interface FilterChipProps {
  filter: FilterDefinition;
  value: string;
  onChange: (value: string) => void;
  onRemove: () => void;
}

function FilterChip({ filter, value, onChange, onRemove }: FilterChipProps) {
  const current = filter.options.find((option) => option.value === value);
  return (
    <span className={classes.chip}>
      <span>{filter.label}</span>
      <span className={classes.is}>is</span>
      <Menu position="bottom-start">
        <Menu.Target>
          <button type="button" aria-label={`${filter.label} is ${current?.label ?? value}: change`}>
            {current?.label ?? value}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {filter.options.map((option) => (
            <Menu.Item key={option.value} onClick={() => onChange(option.value)}>
              {option.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <button type="button" aria-label={`Remove the filter ${filter.label}`} onClick={onRemove}>
        <IconX size={14} />
      </button>
    </span>
  );
}
