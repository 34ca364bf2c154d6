import { useEffect } from 'react';
import { confirmedChannel } from '../../lib/confirmed-channel.ts';
import { signInTexts as texts } from '../../texts/sign-in.ts';
import { Entrance } from './entrance.tsx';

/** Where the organisation's sign-in sends its window after a confirmation: tells the page that waits, and closes. */
export function ConfirmedPage() {
  useEffect(() => {
    const channel = confirmedChannel();
    channel.postMessage('confirmed');
    channel.close();
    window.close();
  }, []);
  return (
    <Entrance title={texts.confirmed} lead={texts.confirmedLead}>
      {null}
    </Entrance>
  );
}
