import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { common } from '../../texts/common.ts';
import { MonoInput } from '../mono-input.tsx';
import type { FieldLabels } from './form-failure.ts';
import classes from './named-values-field.module.css';

export interface NamedValue {
  name: string;
  value: string;
}

/** As many as the API takes. */
const MOST = 20;

export interface NamedValuesFieldProps {
  /** The field in the request's body: row 2 has the names `field.1.name` and `field.1.value`. */
  field: string;
  label: string;
  description: ReactNode;
  values: readonly NamedValue[];
  onChange: (values: NamedValue[]) => void;
  idOf: (name: string) => string;
  errorOf: (name: string) => ReactNode;
}

/** Names and values, one row each. */
export function NamedValuesField(props: NamedValuesFieldProps) {
  const { field, label, description, values, onChange, idOf, errorOf } = props;
  const change = (index: number, changed: Partial<NamedValue>) =>
    onChange(values.map((entry, at) => (at === index ? { ...entry, ...changed } : entry)));
  return (
    <Input.Wrapper
      id={idOf(field)}
      label={label}
      labelElement="div"
      description={description}
      error={errorOf(field)}
    >
      <fieldset className={classes.rows} aria-label={label}>
        {values.map((entry, index) => {
          const row = `${field}.${index}`;
          return (
            <div key={row} className={classes.row}>
              <MonoInput
                id={idOf(`${row}.name`)}
                aria-label={`${label}: name ${index + 1}`}
                placeholder="name"
                value={entry.name}
                onChange={(event) => change(index, { name: event.currentTarget.value })}
                error={errorOf(`${row}.name`)}
              />
              <TextInput
                id={idOf(`${row}.value`)}
                aria-label={`${label}: value ${index + 1}`}
                placeholder="value"
                autoComplete="off"
                value={entry.value}
                onChange={(event) => change(index, { value: event.currentTarget.value })}
                error={errorOf(`${row}.value`)}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={`${common.remove} ${label} ${index + 1}`}
                onClick={() => onChange(values.filter((_entry, at) => at !== index))}
              >
                <IconX size={16} aria-hidden="true" />
              </ActionIcon>
            </div>
          );
        })}
        {values.length < MOST && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => onChange([...values, { name: '', value: '' }])}
          >
            {common.addRow}
          </Button>
        )}
      </fieldset>
    </Input.Wrapper>
  );
}

/** The labels of its rows, for complaints about them. */
export function namedValueLabels(field: string, label: string): FieldLabels {
  const rows = Array.from({ length: MOST }, (_none, index) => [
    [`${field}.${index}.name`, `${label}, name ${index + 1}`] as const,
    [`${field}.${index}.value`, `${label}, value ${index + 1}`] as const,
  ]);
  return Object.fromEntries([[field, label], ...rows.flat()]);
}
