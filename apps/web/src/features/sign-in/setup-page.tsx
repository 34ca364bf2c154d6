import { session } from '@lockkeeper/contract';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { sessionQuery, setupQuery } from '../../lib/session.ts';
import { signInTexts as texts } from '../../texts/sign-in.ts';
import classes from './entrance.module.css';
import { Entrance } from './entrance.tsx';

/**
 * Redeems a one-time link, the first administrator's or an invitation. The token stands behind the `#`, so that no
 * server and no log ever sees it, and leaves the address bar as soon as it is read.
 */
export function SetupPage() {
  useDocumentTitle(`${texts.setUp} · Lockkeeper`);
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    // Pasting the link into the tab that already shows this page changes the fragment only.
    const onHashChange = () => setToken(takeToken());
    window.addEventListener('hashchange', onHashChange);
    return () => window.removeEventListener('hashchange', onHashChange);
  }, []);
  if (token === '') {
    return (
      <Entrance title={texts.linkMissing} lead={texts.linkMissingText}>
        <div className={classes.foot}>
          {texts.linkMissingAlternative} <AppLink href="/sign-in">{texts.signIn}</AppLink>
        </div>
      </Entrance>
    );
  }
  return <SetupForm token={token} />;
}

/** Kept for this tab alone: a reload of the page must not lose a link that works only once. */
const tokenKey = 'lockkeeper-setup-token';

function takeToken(): string {
  const fresh = window.location.hash.slice(1);
  if (fresh === '') return sessionStorage.getItem(tokenKey) ?? '';
  sessionStorage.setItem(tokenKey, fresh);
  window.history.replaceState(window.history.state, '', window.location.pathname);
  return fresh;
}

function SetupForm({ token }: { token: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useRecordForm({
    values: { name: '', email: '', password: '' },
    labels: { name: texts.name, email: texts.email, password: texts.password },
    send: (values) => api.post('/setup', { ...values, token }, session),
  });

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    const signedIn = await form.save();
    if (signedIn === undefined) return;
    sessionStorage.removeItem(tokenKey);
    client.setQueryData(sessionQuery.queryKey, signedIn);
    await client.invalidateQueries({ queryKey: setupQuery.queryKey });
    await navigate({ to: '/' });
  };

  return (
    <Entrance title={texts.setUp} lead={texts.setUpLead}>
      <form className={classes.form} onSubmit={onSubmit} noValidate>
        <ErrorSummary form={form} />
        <TextInput {...form.text('name')} autoComplete="name" autoFocus required />
        <TextInput {...form.text('email')} type="email" autoComplete="username" required />
        <PasswordInput
          {...form.text('password')}
          autoComplete="new-password"
          description={texts.passwordHelp}
          required
        />
        <Button type="submit" loading={form.saving}>
          {texts.setUpAction}
        </Button>
      </form>
    </Entrance>
  );
}
