import type { MidServer, MidServerActivity } from '@lockkeeper/contract';
import { Card } from '../../components/card.tsx';
import { Figures } from '../../components/figures.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { TimeChart } from '../../components/time-chart.tsx';
import { useNow } from '../../lib/now.ts';
import { duration } from '../../lib/time.ts';
import { midServers as texts } from '../../texts/mid-servers.ts';
import classes from './mid-server-live.module.css';
import { milliseconds } from './milliseconds.ts';
import { RecentCalls } from './recent-calls.tsx';
import { useActivity } from './use-activity.ts';

/** What a validated MID Server does: numbers, throughput, answer time, calls. */
export function MidServerLive({ midServer }: { midServer: MidServer }) {
  const activity = useActivity(midServer.id, 5_000);
  if (activity.error) return <ProblemPanel error={activity.error} onRetry={() => void activity.refetch()} />;
  if (!activity.data) return <p className={classes.loading}>Reading the last 30 minutes…</p>;
  const { buckets, inFlight, recentCalls } = activity.data;
  const peak = peakOf(buckets);
  return (
    <div className={classes.stack}>
      <Figures
        figures={[
          {
            label: 'Calls',
            value: `${Math.round(midServer.callsPerMinute)}/min`,
            detail: `${inFlight} in flight`,
          },
          { label: 'Median', value: milliseconds(midServer.medianMs), detail: 'last minute' },
          {
            label: '99th',
            value: milliseconds(peak?.p99Ms ?? null),
            detail: peak ? 'highest in 30 min' : 'no call in 30 min',
          },
          { label: 'Errors', value: sum(buckets.map(({ errors }) => errors)), detail: 'last 30 min' },
        ]}
      />
      <Card title={texts.throughput} aside={<LiveMark midServer={midServer} />}>
        <TimeChart
          label="Calls a minute, last 30 minutes"
          points={buckets.map(({ at, calls }) => ({ at: new Date(at), value: calls }))}
          format={(value) => `${Math.round(value)}/min`}
        />
      </Card>
      <Card title={texts.answerTime}>
        <TimeChart
          label="99th percentile of the answer time, last 30 minutes"
          points={buckets.map(({ at, p99Ms }) => ({ at: new Date(at), value: p99Ms }))}
          format={(value) => `${Math.round(value)} ms`}
          tone="idle"
        />
      </Card>
      <section>
        <h2 className={classes.heading}>{texts.recentCalls}</h2>
        <RecentCalls calls={recentCalls} />
      </section>
    </div>
  );
}

/** How an agent that is not validated yet holds its sessions: it waits, and nothing goes through it. */
export function MidServerWaiting({ midServer }: { midServer: MidServer }) {
  const now = useNow(1_000);
  const { sessions, lastHeartbeatAt, clockSkewMs } = midServer;
  const roundTrip = sessions.find(({ roundTripMs }) => roundTripMs !== null)?.roundTripMs ?? null;
  return (
    <section>
      <h2 className={classes.heading}>{texts.live}</h2>
      <p className={classes.loading}>
        {sessions.length === 0
          ? 'It is not connected. Run lockkeeper mid-server on its host.'
          : 'It holds its session and waits. No call goes through it yet.'}
      </p>
      <Figures
        figures={[
          {
            label: 'Sessions',
            value: sessions.length,
            detail: sessions.map(({ instance }) => instance).join(', ') || 'none',
          },
          {
            label: 'Heartbeat',
            value: lastHeartbeatAt ? duration(now.getTime() - new Date(lastHeartbeatAt).getTime()) : '—',
            detail: lastHeartbeatAt ? 'ago' : 'none yet',
          },
          { label: 'Round trip', value: milliseconds(roundTrip), detail: 'instance and back' },
          {
            label: 'Clock',
            value: clockSkewMs === null ? '—' : `${clockSkewMs > 0 ? '+' : ''}${Math.round(clockSkewMs)} ms`,
            detail: 'against this instance',
          },
        ]}
      />
    </section>
  );
}

function LiveMark({ midServer }: { midServer: MidServer }) {
  const live = midServer.status === 'up';
  return (
    <>
      <span className={classes.dot} data-live={live || undefined} aria-hidden />
      {live ? 'Live, last 30 min' : 'Last 30 min'}
    </>
  );
}

function peakOf(buckets: MidServerActivity['buckets']) {
  return buckets.reduce<MidServerActivity['buckets'][number] | undefined>(
    (highest, bucket) => ((bucket.p99Ms ?? -1) > (highest?.p99Ms ?? -1) ? bucket : highest),
    undefined,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
