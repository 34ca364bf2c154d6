import { type Session, secondFactorNeeded, session } from '@lockkeeper/contract';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { z } from 'zod';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { returnPath } from '../../lib/return-path.ts';
import { sessionQuery } from '../../lib/session.ts';
import { signInTexts as texts } from '../../texts/sign-in.ts';
import classes from './entrance.module.css';
import { Entrance } from './entrance.tsx';
import { SecondFactorForm } from './second-factor-form.tsx';
import { SsoButton, SsoRefused, signInOptionsQuery } from './sso-button.tsx';

const empty = { email: '', password: '' };

/** Sign in, and go on to where one wanted to go. */
export function SignInPage() {
  useDocumentTitle(`${texts.signIn} · Lockkeeper`);
  const client = useQueryClient();
  const navigate = useNavigate();
  const { returnTo, refused } = useSearch({ from: '/sign-in' });
  const { data: ways } = useQuery(signInOptionsQuery);
  const form = useRecordForm({
    values: empty,
    labels: { email: texts.email, password: texts.password },
    check: (values) => required(values),
    send: (values) => api.post('/session', values, z.union([session, secondFactorNeeded])),
  });
  const [needsCode, setNeedsCode] = useState(false);

  const goOn = async (signedIn: Session) => {
    client.setQueryData(sessionQuery.queryKey, signedIn);
    await navigate({ href: returnPath(returnTo, window.location.origin) });
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await form.save();
    if (answer === undefined) return;
    if ('secondFactorNeeded' in answer) setNeedsCode(true);
    else await goOn(answer);
  };
  if (needsCode) return <SecondFactorForm onSignedIn={goOn} />;

  return (
    <Entrance title={texts.signIn}>
      <SsoRefused reason={refused} />
      {ways?.singleSignOn && <SsoButton label={ways.singleSignOn.label} alone={!ways.password} />}
      {ways?.password !== false && (
        <form className={classes.form} onSubmit={onSubmit} noValidate>
          <ErrorSummary form={form} />
          <TextInput {...form.text('email')} type="email" autoComplete="username" autoFocus required />
          <PasswordInput {...form.text('password')} autoComplete="current-password" required />
          <Button type="submit" loading={form.saving}>
            {texts.signIn}
          </Button>
        </form>
      )}
      {ways?.password !== false && <div className={classes.foot}>{texts.forgotten}</div>}
    </Entrance>
  );
}

function required(values: typeof empty): Record<string, string> {
  const missing = Object.entries(values).filter(([, value]) => value.trim() === '');
  return Object.fromEntries(missing.map(([key]) => [key, 'must not be empty']));
}
