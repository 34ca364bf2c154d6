import { authorizationStarted, type Credential, tokenView } from '@lockkeeper/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { done } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { safeHref } from '../../lib/safe-href.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';

/** How long after the window closed the token may still be on its way, in ms. */
const CLOSED_GRACE_MS = 8_000;
const LOOK_EVERY_MS = 1_000;

interface Waiting {
  /** What the token was when we began: anything else is news. */
  before: string;
  popup: Window | null;
  until: number;
  closedAt: number | null;
}

const mark = ({ token }: Credential) => `${token.version} ${token.issuedAt}`;

/**
 * **Get OAuth Token**: opens the provider's consent in a window of its own and waits until the record, read again by
 * events and by polling, holds another token. A blocked window becomes a link. A grant that needs nobody's consent gets
 * the token at once.
 */
export function useAuthorization(credential: Credential) {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const [blockedUrl, setBlockedUrl] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [obtaining, setObtaining] = useState(false);
  const client = useQueryClient();

  const stop = () => {
    setError(null);
    setWaiting(null);
    setBlockedUrl(null);
  };

  const arrived =
    waiting !== null && waiting.before !== mark(credential) && credential.token.state === 'available';
  useEffect(() => {
    if (!arrived) return;
    done(texts.arrived, credential.token.message);
    setWaiting(null);
    setBlockedUrl(null);
  }, [arrived, credential.token.message]);

  useEffect(() => {
    if (waiting === null) return;
    const timer = setInterval(() => {
      const now = Date.now();
      const closedAt = waiting.popup?.closed ? (waiting.closedAt ?? now) : null;
      const over = now > waiting.until || (closedAt !== null && now > closedAt + CLOSED_GRACE_MS);
      setWaiting(over ? null : { ...waiting, closedAt });
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [waiting]);

  const needsConsent = credential.profile.grantType === 'authorization_code';
  const obtain = async () => {
    setObtaining(true);
    try {
      const token = await api.post(`${paths.credential(credential.id)}/authorization`, undefined, tokenView);
      done(texts.arrived, token.message);
    } catch (problem) {
      setError(problem);
    } finally {
      setObtaining(false);
      await client.invalidateQueries({ queryKey: [paths.credentials] });
      await client.invalidateQueries({ queryKey: ['/audit-entries'] });
    }
  };

  const start = async () => {
    stop();
    if (!needsConsent) return obtain();
    // Opened before anything is awaited: later the browser would take it for an advertisement.
    const popup = openWindow();
    try {
      const { authorizationUrl, expiresAt } = await api.post(
        `${paths.credential(credential.id)}/authorization`,
        undefined,
        authorizationStarted,
      );
      const url = safeHref(authorizationUrl);
      if (url === undefined) throw new Error('the instance gave an address that is no http(s) URL');
      if (popup === null) setBlockedUrl(url);
      else popup.location.replace(url);
      setWaiting({ before: mark(credential), popup, until: Date.parse(expiresAt), closedAt: null });
    } catch (problem) {
      popup?.close();
      // It names what to change at the provider: to be read for as long as that takes.
      setError(problem);
    }
  };

  return {
    start: () => void start(),
    stop,
    waiting: waiting !== null,
    blockedUrl,
    error,
    needsConsent,
    obtaining,
  };
}

/** A window that knows nothing of ours; null when the browser blocks it. */
function openWindow(): Window | null {
  const popup = window.open('about:blank', 'lockkeeper-consent', 'popup,width=720,height=820');
  // The provider's page must not be able to navigate this one.
  if (popup !== null) popup.opener = null;
  return popup;
}
