import { ssoBegun } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { api } from '../../lib/api.ts';
import { confirmedChannel } from '../../lib/confirmed-channel.ts';
import { safeHref } from '../../lib/safe-href.ts';
import { shell } from '../../texts/shell.ts';

/** Whose password is kept elsewhere confirms there, in a window of its own, so that this page loses nothing. */
export function SsoConfirmation({ onConfirmed }: { onConfirmed: () => void }) {
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const channel = confirmedChannel();
    channel.onmessage = onConfirmed;
    return () => channel.close();
  }, [onConfirmed]);
  const open = async () => {
    // Opened before the instance is asked: browsers block windows that a click did not open.
    const opened = window.open('', 'lockkeeper-confirm', 'popup,width=560,height=720');
    try {
      const begun = await api.post('/session/single-sign-on', { purpose: 'confirm' }, ssoBegun);
      opened?.location.assign(safeHref(begun.authorizationUrl) ?? '/sign-in');
    } catch (reason) {
      opened?.close();
      setError(reason);
    }
  };
  return (
    <>
      {error !== undefined && <ProblemPanel error={error} />}
      <div>{shell.confirmElsewhere}</div>
      <Button onClick={() => void open()} data-autofocus>
        {shell.confirm}
      </Button>
    </>
  );
}
