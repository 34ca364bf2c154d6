import type { AuditEntry } from '@lockkeeper/contract';
import { Tooltip } from '@mantine/core';
import { AppLink } from '../../components/app-link.tsx';
import { Card } from '../../components/card.tsx';
import { useNow } from '../../lib/now.ts';
import { absoluteUtc, shortTime } from '../../lib/time.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import classes from './recent-audit.module.css';

export function RecentAudit({ entries }: { entries: readonly AuditEntry[] }) {
  const now = useNow(60_000);
  return (
    <Card flush title={texts.recentAudit} aside={<AppLink href="/audit-entries">{texts.allEntries}</AppLink>}>
      <ol className={classes.entries}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <Tooltip label={`${absoluteUtc(new Date(entry.at))} UTC`}>
              <time dateTime={entry.at}>{shortTime(new Date(entry.at), now)}</time>
            </Tooltip>
            <span className={classes.words} data-failed={entry.outcome === 'failure' || undefined}>
              <strong>{entry.actor.name}</strong> {entry.summary}
            </span>
            <AppLink href={`/audit-entries/${entry.id}`} className={classes.id}>
              {entry.id.slice(0, 4)}…{entry.id.slice(-6)}
            </AppLink>
          </li>
        ))}
      </ol>
    </Card>
  );
}
