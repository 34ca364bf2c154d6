import { type OwnSession, ownSession } from '@lockkeeper/contract';
import { Badge, Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Card } from '../../components/card.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { useListPage } from '../../lib/query.ts';
import { accountTexts as texts } from '../../texts/account.ts';
import classes from './account.module.css';
import { browserName } from './browser-name.ts';

/** Where the person is signed in. */
export function SessionsCard() {
  const client = useQueryClient();
  const { data, error } = useListPage('/sessions', ownSession);
  const items = data?.items ?? [];
  const act = async (action: () => Promise<void>, words: string) => {
    try {
      await action();
      done(words);
    } catch (reason) {
      failed(reason);
    }
    void client.invalidateQueries({ queryKey: ['/sessions'] });
  };
  return (
    <Card
      title={texts.sessions}
      flush
      footer={
        items.length > 1 && (
          <Button
            variant="default"
            onClick={() => void act(() => api.run('/sessions/end-others'), texts.othersSignedOut)}
          >
            {texts.signOutOthers}
          </Button>
        )
      }
    >
      {error && <ProblemPanel error={error} />}
      <ul className={classes.sessions}>
        {items.map((item) => (
          <SessionRow
            key={item.id}
            session={item}
            onSignOut={() => void act(() => api.delete(`/sessions/${item.id}`), texts.signedOut)}
          />
        ))}
      </ul>
    </Card>
  );
}

function SessionRow({ session, onSignOut }: { session: OwnSession; onSignOut: () => void }) {
  return (
    <li className={classes.session}>
      <div className={classes.browser}>
        {browserName(session.userAgent) ?? texts.unknownBrowser}
        <div className={classes.facts}>
          {session.address} · {texts.lastSeen} <RelativeTime at={session.lastSeenAt} />
        </div>
      </div>
      {session.current ? (
        <Badge variant="light">{texts.thisBrowser}</Badge>
      ) : (
        <Button variant="default" size="xs" onClick={onSignOut}>
          {texts.signOut}
        </Button>
      )}
    </li>
  );
}
