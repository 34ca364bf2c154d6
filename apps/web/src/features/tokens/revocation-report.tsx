import {
  type ProviderRevocationState,
  providerRevocationState,
  type RevokedToken,
  revokedToken,
  type TokenRevocation,
  tokenRevocation,
} from '@lockkeeper/contract';
import { Button, Modal, Progress, Tabs } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { Callout } from '../../components/callout.tsx';
import { Emphasis } from '../../components/emphasis.tsx';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { ProviderAnswerLine } from '../../components/provider-answer.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useRecord } from '../../lib/query.ts';
import { absoluteUtc } from '../../lib/time.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { tokenTexts as texts } from '../../texts/tokens.ts';
import { providerLooks } from './provider-looks.ts';
import classes from './revocation-report.module.css';

/** Events tell of progress; these are for when none arrive, in ms. */
const POLL_PENDING_MS = 3_000;
const SHOWN = 100;
/** What somebody has to look at comes first. */
const tabs: readonly { state: ProviderRevocationState; count: keyof TokenRevocation['counts'] }[] = [
  { state: 'failed', count: 'failed' },
  { state: 'local_only', count: 'localOnly' },
  { state: 'pending', count: 'pending' },
  { state: 'revoked', count: 'revoked' },
];

/** What became of revoked tokens at their providers, while it happens and afterwards. */
export function RevocationReport({ id, onClose }: { id: string; onClose: () => void }) {
  const [pending, setPending] = useState(true);
  const record = useRecord(paths.tokenRevocations, id, tokenRevocation, {
    refetchInterval: pending ? POLL_PENDING_MS : false,
  });
  const revocation = record.data;
  const isPending = (revocation?.counts.pending ?? 1) > 0;
  if (isPending !== pending) setPending(isPending);
  return (
    <Modal opened onClose={onClose} size="xl" title={texts.reportTitle} fullScreen={useNarrow()}>
      {record.isPending && <LoadingRows what={texts.reportTitle} rows={4} />}
      {record.isError && <ProblemPanel error={record.error} onRetry={() => void record.refetch()} />}
      {revocation !== undefined && <Report revocation={revocation} />}
    </Modal>
  );
}

function Report({ revocation }: { revocation: TokenRevocation }) {
  const { counts, createdAt, createdBy, reason } = revocation;
  const first = tabs.find(({ count }) => counts[count] > 0)?.state ?? 'revoked';
  const [chosen, setChosen] = useState<ProviderRevocationState | undefined>();
  const shown = chosen ?? first;
  const answered = counts.total - counts.pending;
  return (
    <div className={classes.stack}>
      <p className={classes.lead}>
        <strong>{texts.reportDone(counts.total)}</strong> {texts.reasons[reason]}.{' '}
        {texts.reportOf(createdBy.name, absoluteUtc(new Date(createdAt)))}
      </p>
      <div>
        <div className={classes.progress} role="status">
          {texts.progress}: {answered.toLocaleString('en')} / {counts.total.toLocaleString('en')}
        </div>
        <Progress value={(answered / counts.total) * 100} aria-label={texts.progress} />
      </div>
      {counts.failed > 0 && (
        <Callout
          tone="bad"
          title={texts.failedTitle(counts.failed)}
          action={<RepeatButton revocation={revocation} />}
        />
      )}
      {counts.localOnly > 0 && (
        <Callout tone="warn" title={texts.localOnlyTitle(counts.localOnly)}>
          {texts.localOnlyWhat}
        </Callout>
      )}
      <Tabs value={shown} onChange={(state) => setChosen(providerRevocationState.safeParse(state).data)}>
        <Tabs.List>
          {tabs.map(({ state, count }) => (
            <Tabs.Tab key={state} value={state}>
              {providerLooks[state].word} <span className={classes.count}>{counts[count]}</span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map(({ state }) => (
          <Tabs.Panel key={state} value={state}>
            {state === shown && <ReportRows id={revocation.id} provider={state} />}
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  );
}

function RepeatButton({ revocation }: { revocation: TokenRevocation }) {
  const client = useQueryClient();
  const repeat = useMutation({
    mutationFn: () =>
      api.post(`${paths.tokenRevocations}/${revocation.id}/repeat`, undefined, tokenRevocation),
    onSuccess: () => done(texts.repeated),
    onError: (error) => failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: [paths.tokenRevocations] }),
  });
  return (
    <Button variant="default" size="xs" loading={repeat.isPending} onClick={() => repeat.mutate()}>
      {texts.repeat}
    </Button>
  );
}

function ReportRows({ id, provider }: { id: string; provider: ProviderRevocationState }) {
  const query = { provider, sort: 'name', limit: SHOWN };
  const page = useQuery({
    queryKey: [paths.tokenRevocations, id, 'tokens', query],
    queryFn: ({ signal }) => api.list(`${paths.tokenRevocations}/${id}/tokens`, revokedToken, query, signal),
  });
  if (page.isPending) return <LoadingRows what={providerLooks[provider].word} rows={3} />;
  if (page.isError) return <ProblemPanel error={page.error} onRetry={() => void page.refetch()} />;
  const { items, total } = page.data;
  if (items.length === 0) return <p className={classes.none}>{texts.noneOfThese}</p>;
  return (
    <>
      <ul className={classes.rows} aria-label={providerLooks[provider].word}>
        {items.map((row) => (
          <ReportRow key={row.id} row={row} />
        ))}
      </ul>
      {total > items.length && <p className={classes.none}>{texts.showingFirst(items.length, total)}</p>}
    </>
  );
}

function ReportRow({ row }: { row: RevokedToken }) {
  const { credential, applicationRegistry, provider, explanation, remedy, answer, attempts, retryAt } = row;
  return (
    <li>
      <div className={classes.head}>
        <AppLink href={paths.credential(credential.id)}>{credential.name}</AppLink>
        <span className={classes.dim}>{applicationRegistry.name}</span>
        <span className={classes.state}>
          <StateMark state={providerLooks[provider]} />
        </span>
      </div>
      {provider !== 'revoked' && (
        <div>
          {explanation}
          {remedy.length > 0 && (
            <ol className={classes.remedy}>
              {remedy.map((step) => (
                <li key={step}>
                  <Emphasis text={step} />
                </li>
              ))}
            </ol>
          )}
        </div>
      )}
      {answer !== null && <ProviderAnswerLine answer={answer} />}
      {attempts > 0 && provider !== 'revoked' && (
        <div className={classes.dim}>
          {texts.attempts(attempts)}
          {retryAt !== null && (
            <>
              {' · '}
              {texts.nextAttempt} <RelativeTime at={retryAt} />
            </>
          )}
          {row.repeatableUntil !== null && (
            <>
              {' · '}
              {texts.repeatableUntil} {absoluteUtc(new Date(row.repeatableUntil))} UTC
            </>
          )}
        </div>
      )}
    </li>
  );
}
