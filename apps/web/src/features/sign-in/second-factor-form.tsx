import { type Session, session } from '@lockkeeper/contract';
import { Button, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { signInTexts as texts } from '../../texts/sign-in.ts';
import classes from './entrance.module.css';
import { Entrance } from './entrance.tsx';

/** The second step for people with an authenticator app. */
export function SecondFactorForm({ onSignedIn }: { onSignedIn: (signedIn: Session) => Promise<void> }) {
  const form = useRecordForm({
    values: { code: '' },
    labels: { code: texts.code },
    check: ({ code }) => (code.trim() === '' ? { code: 'must not be empty' } : {}),
    send: (values) => api.post('/session/second-factor', values, session),
  });
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const signedIn = await form.save();
    if (signedIn !== undefined) await onSignedIn(signedIn);
  };
  return (
    <Entrance title={texts.secondFactor} lead={texts.secondFactorLead}>
      <form className={classes.form} onSubmit={onSubmit} noValidate>
        <ErrorSummary form={form} />
        <TextInput
          {...form.text('code')}
          autoComplete="one-time-code"
          description={texts.codeHelp}
          autoFocus
          required
        />
        <Button type="submit" loading={form.saving}>
          {texts.signIn}
        </Button>
      </form>
    </Entrance>
  );
}
