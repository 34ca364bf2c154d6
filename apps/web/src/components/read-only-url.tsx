import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import classes from './read-only-url.module.css';

export interface ReadOnlyUrlProps {
  label: string;
  value: string;
  /** Shown while there is no value yet. */
  placeholder?: string;
  description?: ReactNode;
}

/** A URL that the instance made: selectable, copyable, not editable, shown in full. */
export function ReadOnlyUrl({ label, value, placeholder, description }: ReadOnlyUrlProps) {
  return (
    <Textarea
      label={label}
      value={value}
      placeholder={placeholder}
      description={description}
      readOnly
      autosize
      minRows={1}
      classNames={{ input: classes.input ?? '' }}
      rightSection={value === '' ? undefined : <CopyButton value={value} what={label} />}
      onFocus={(event) => event.currentTarget.select()}
    />
  );
}
