import { Button, Input, PasswordInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { longDate } from '../lib/time.ts';
import { common } from '../texts/common.ts';
import classes from './secret-field.module.css';

export interface SecretFieldProps {
  id: string;
  label: string;
  /** When it was stored; null when none is, and then it is simply typed. */
  storedAt: string | null;
  /** What is typed; empty leaves the stored one as it is. */
  value: string;
  onChange: (value: string) => void;
  required?: boolean | undefined;
  description?: ReactNode;
  error?: ReactNode;
}

/** A secret that can be set and replaced, and is never shown again. */
export function SecretField(props: SecretFieldProps) {
  const { id, label, storedAt, value, onChange, required, description, error } = props;
  const [replacing, setReplacing] = useState(false);
  const typed = storedAt === null || replacing || value !== '' || Boolean(error);
  if (typed) {
    return (
      <PasswordInput
        id={id}
        label={label}
        withAsterisk={required === true}
        aria-required={required}
        description={description}
        error={error}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        maxLength={4096}
        data-1p-ignore
        data-autofocus={replacing || undefined}
        ref={(input) => {
          if (replacing && value === '' && document.activeElement === document.body) input?.focus();
        }}
      />
    );
  }
  return (
    <Input.Wrapper
      id={id}
      label={label}
      labelElement="div"
      withAsterisk={required === true}
      description={description}
    >
      <div className={classes.stored}>
        <IconLock size={15} aria-hidden="true" />
        <span className={classes.words}>Stored {longDate(new Date(storedAt))}, never shown again</span>
        <Button
          id={id}
          variant="subtle"
          size="xs"
          onClick={() => setReplacing(true)}
          aria-label={`${common.replace} ${label}`}
        >
          {common.replace}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
