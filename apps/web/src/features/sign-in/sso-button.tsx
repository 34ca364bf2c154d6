import { signInOptions, ssoBegun, ssoRefusal } from '@lockkeeper/contract';
import { Button, Divider } from '@mantine/core';
import { queryOptions } from '@tanstack/react-query';
import { useState } from 'react';
import { Callout } from '../../components/callout.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { api } from '../../lib/api.ts';
import { safeHref } from '../../lib/safe-href.ts';
import { signInTexts as texts } from '../../texts/sign-in.ts';
import classes from './entrance.module.css';

/** The ways to sign in here. */
export const signInOptionsQuery = queryOptions({
  queryKey: ['/session/options'],
  queryFn: () => api.get('/session/options', signInOptions),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Leads to the organisation's own sign-in. @param alone there is no other way, so no line between the two */
export function SsoButton({ label, alone }: { label: string; alone: boolean }) {
  const [error, setError] = useState<unknown>();
  const [leaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    try {
      const begun = await api.post('/session/single-sign-on', { purpose: 'sign_in' }, ssoBegun);
      window.location.assign(safeHref(begun.authorizationUrl) ?? '/sign-in');
    } catch (reason) {
      setError(reason);
      setLeaving(false);
    }
  };
  return (
    <div className={classes.form}>
      {error !== undefined && <ProblemPanel error={error} />}
      <Button variant={alone ? 'filled' : 'default'} loading={leaving} onClick={() => void leave()}>
        {texts.signInWith(label)}
      </Button>
      {!alone && <Divider label={texts.or} />}
    </div>
  );
}

/** Why the way back from there ended on this page. */
export function SsoRefused({ reason }: { reason: string | undefined }) {
  const known = ssoRefusal.safeParse(reason);
  if (!known.success) return null;
  return (
    <Callout tone="warn" role="alert" title={texts.refusedTitle}>
      {texts.refused[known.data]}
    </Callout>
  );
}
