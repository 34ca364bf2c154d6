import { useForm } from '@mantine/form';
import { createElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { problemOf } from '../../lib/problem-of.ts';
import { FieldComplaint } from './field-complaint.tsx';
import { type FieldLabels, type FormFailure, failureOf } from './form-failure.ts';

export interface RecordFormOptions<Values extends object, Saved> {
  /** What the form shows at first; new values (a record read again) replace it while nothing is typed. */
  values: Values;
  /** Every field's label, in the order of the form. Names are those of the request's body. */
  labels: FieldLabels;
  /** Checks before sending: messages by field, such as `{name: 'must not be empty'}`. */
  check?: (values: Values) => Record<string, string>;
  send: (values: Values) => Promise<Saved>;
  /** Where a record of this kind is, to lead to one whose name is in the way. */
  recordHref?: (id: string) => string;
}

/** What a text input of the form takes. */
export interface TextFieldProps {
  id: string;
  name: string;
  label: string | undefined;
  value: string;
  onChange: (event: { currentTarget: { value: string } }) => void;
  error: ReactNode;
}

/** A form that loses nothing: values, what is wrong with them, and sending them. */
export function useRecordForm<Values extends object, Saved>(options: RecordFormOptions<Values, Saved>) {
  const { values: given, labels, check, send } = options;
  const prefix = useId();
  const form = useForm<Values>({ initialValues: given });
  const [failure, setFailure] = useState<FormFailure | null>(null);
  const [saving, setSaving] = useState(false);
  const [attempts, setAttempts] = useState(0);
  const dirty = form.isDirty();

  const settle = (values: Values) => {
    form.setInitialValues(values);
    form.setValues(values);
    form.resetDirty(values);
  };

  // The record was read again: show what it says now, unless somebody is in the middle of changing it.
  const shown = useRef(JSON.stringify(given));
  useEffect(() => {
    const text = JSON.stringify(given);
    if (text === shown.current || dirty || saving) return;
    shown.current = text;
    settle(given);
  });

  const refuse = (next: FormFailure) => {
    setFailure(next);
    setAttempts((count) => count + 1);
    return undefined;
  };

  const idOf = (name: string) => `${prefix}${name}`;
  const errorOf = (name: string): ReactNode => {
    const problem = failure?.fields.find(({ field }) => field === name);
    if (problem === undefined) return undefined;
    return createElement(FieldComplaint, {
      label: labels[name] ?? name,
      problem,
      value: new Map(Object.entries(form.getValues())).get(name),
      onChange: (value) => set({ [name]: value }),
      conflictHref: problem.conflictingId && options.recordHref?.(problem.conflictingId),
    });
  };

  const save = async (): Promise<Saved | undefined> => {
    if (saving) return undefined;
    const values = form.getValues();
    const wrong = Object.entries(check?.(values) ?? {});
    if (wrong.length > 0) {
      const fields = wrong.map(([field, message]) => ({ field, code: 'web.checked', message }));
      return refuse(failureOf({ ...problemOf(undefined), errors: fields }, labels));
    }
    setSaving(true);
    try {
      const saved = await send(values);
      setFailure(null);
      form.resetDirty(values);
      return saved;
    } catch (error) {
      return refuse(failureOf(problemOf(error), labels));
    } finally {
      setSaving(false);
    }
  };

  /** For inputs whose value is a text of the same name in the values. */
  const text = (name: keyof Values & string): TextFieldProps => ({
    id: idOf(name),
    name,
    label: labels[name],
    value: String(form.getValues()[name] ?? ''),
    onChange: (event) => set({ [name]: event.currentTarget.value }),
    error: errorOf(name),
  });

  const set = (changed: Partial<Values> | Record<string, unknown>) => {
    form.setValues((before) => ({ ...before, ...changed }));
    // A complaint about what was there before would be untrue now.
    setFailure((before) => {
      if (before === null) return null;
      const names = Object.keys(changed);
      const fields = before.fields.filter(
        ({ field }) => !names.some((name) => field === name || field.startsWith(`${name}.`)),
      );
      return fields.length === 0 && before.problem === null ? null : { ...before, fields };
    });
  };

  return {
    values: form.getValues(),
    set,
    dirty,
    saving,
    save,
    settle,
    /** Shows what another request of the form was refused for, as if saving had been. */
    complain: (error: unknown) => void refuse(failureOf(problemOf(error), labels)),
    failure,
    /** Rises with every refusal, so that the summary takes the focus each time. */
    attempts,
    labels,
    idOf,
    errorOf,
    text,
  };
}

export type RecordForm<Values extends object, Saved> = ReturnType<typeof useRecordForm<Values, Saved>>;
