import { type AuditEntry, auditEntry, type CredentialId } from '@lockkeeper/contract';
import { Tooltip } from '@mantine/core';
import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconPointFilled,
  IconUserCheck,
} from '@tabler/icons-react';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { useNow } from '../../lib/now.ts';
import { useListPage } from '../../lib/query.ts';
import { absoluteUtc, shortTime } from '../../lib/time.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import classes from './token-panel.module.css';

const SHOWN = 8;

/** What happened to the credential, newest first, from the audit entries about it. */
export function HistoryPanel({ credentialId }: { credentialId: CredentialId }) {
  const now = useNow(60_000);
  const page = useListPage('/audit-entries', auditEntry, { subjectId: credentialId, limit: SHOWN });
  const entries = page.data?.items ?? [];
  return (
    <div className={classes.part}>
      <h2>{texts.history}</h2>
      {page.isError && <ProblemPanel error={page.error} onRetry={() => void page.refetch()} />}
      {page.isSuccess && entries.length === 0 && <p className={classes.none}>{texts.historyEmpty}</p>}
      <ol className={classes.history}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <span className={classes.icon}>
              <EntryIcon entry={entry} />
            </span>
            <Tooltip label={`${absoluteUtc(new Date(entry.at))} UTC`}>
              <time dateTime={entry.at}>{shortTime(new Date(entry.at), now)}</time>
            </Tooltip>
            <span>
              {entry.actor.name} {entry.summary}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function EntryIcon({ entry: { action, outcome } }: { entry: AuditEntry }) {
  if (outcome === 'failure') {
    return <IconAlertTriangleFilled size={15} className={classes.bad} aria-label="Failed" />;
  }
  if (/authori[sz]|consent|granted|obtained/.test(action)) {
    return <IconUserCheck size={15} className={classes.scope} aria-hidden="true" />;
  }
  return action.startsWith('token.') ? (
    <IconCircleCheckFilled size={15} className={classes.good} aria-hidden="true" />
  ) : (
    <IconPointFilled size={15} className={classes.scope} aria-hidden="true" />
  );
}
