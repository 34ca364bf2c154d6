import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Callout } from '../../components/callout.tsx';
import { readEverythingAgain } from '../../lib/query.ts';
import { readSession, sessionQuery } from '../../lib/session.ts';
import { onSignedOut } from '../../lib/shell-requests.ts';
import { shell } from '../../texts/shell.ts';
import classes from './signed-out-banner.module.css';

/**
 * Says that the session has ended, without taking the page away: what somebody typed stays, they sign in in another
 * tab, and on their return everything goes on.
 */
export function SignedOutBanner() {
  const client = useQueryClient();
  const [signedOut, setSignedOut] = useState(false);

  useEffect(() => onSignedOut(() => setSignedOut(true)), []);

  useEffect(() => {
    if (!signedOut) return;
    const look = async () => {
      const session = await readSession();
      if (session === null) return;
      client.setQueryData(sessionQuery.queryKey, session);
      setSignedOut(false);
      await readEverythingAgain(client);
    };
    const onFocus = () => void look().catch(() => undefined);
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, [signedOut, client]);

  if (!signedOut) return null;
  return (
    <div className={classes.banner}>
      <Callout tone="warn" role="alert" title={shell.signedOut}>
        {shell.signedOutStays}{' '}
        <a href="/sign-in" target="_blank" rel="noopener">
          {shell.signInAgain}
        </a>
      </Callout>
    </div>
  );
}
