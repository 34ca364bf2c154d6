import { TextInput, type TextInputProps } from '@mantine/core';
import classes from './mono-input.module.css';

/** A text input for ids and URLs: monospaced, no correction, no capital letters. */
export function MonoInput(props: TextInputProps) {
  return (
    <TextInput
      {...props}
      classNames={{ input: classes.input ?? '' }}
      autoCapitalize="none"
      autoCorrect="off"
      autoComplete="off"
      spellCheck={false}
    />
  );
}
