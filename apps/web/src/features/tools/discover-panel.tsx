import type { DiscoveryRun } from '@lockkeeper/contract';
import { Button, Progress } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconRadar2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Callout } from '../../components/callout.tsx';
import { Card } from '../../components/card.tsx';
import { Emphasis } from '../../components/emphasis.tsx';
import { useNow } from '../../lib/now.ts';
import { clockTime } from '../../lib/time.ts';
import { tools as texts } from '../../texts/tools.ts';
import classes from './discover-panel.module.css';
import { progressOf } from './run-progress.ts';
import { isUnderWay } from './use-discovery.ts';

interface DiscoverPanelProps {
  run: DiscoveryRun | undefined;
  /** Absent: the person may watch and not steer. */
  onSteer: ((action: 'pause' | 'resume' | 'cancel', body?: unknown) => void) | undefined;
  children: ReactNode;
  footer: ReactNode;
}

/** A discovery as it proceeds, above the tree of what was found. */
export function DiscoverPanel({ run, onSteer, children, footer }: DiscoverPanelProps) {
  const steerable = onSteer && isUnderWay(run);
  return (
    <Card
      title={texts.discover}
      icon={<IconRadar2 size={16} />}
      flush
      footer={footer}
      aside={
        steerable && (
          <>
            {run.state === 'paused' ? (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPlayerPlay size={14} />}
                onClick={() => onSteer('resume')}
              >
                {texts.resume}
              </Button>
            ) : (
              <Button
                variant="default"
                size="xs"
                leftSection={<IconPlayerPause size={14} />}
                onClick={() => onSteer('pause')}
              >
                {texts.pause}
              </Button>
            )}
            <Button variant="default" size="xs" onClick={() => onSteer('cancel')}>
              {texts.cancelRun}
            </Button>
          </>
        )
      }
    >
      {isUnderWay(run) && <ProgressLine run={run} />}
      {run?.problem && <RunProblem run={run} onSteer={onSteer} />}
      {children}
    </Card>
  );
}

function ProgressLine({ run }: { run: DiscoveryRun }) {
  const now = useNow(1_000);
  const { share, doing, where, facts } = progressOf(run, now);
  const waits =
    run.state === 'throttled' && run.resumeAt ? `goes on at ${clockTime(new Date(run.resumeAt))} UTC` : where;
  return (
    <div className={classes.progress}>
      <div className={classes.sentence} role="status">
        <span>
          <strong>{doing}</strong>
          {waits !== '' && ` · ${waits}`}
        </span>
        <span className={classes.facts}>{facts}</span>
      </div>
      <Progress.Root size={6} radius={3}>
        <Progress.Section
          value={Math.max(share * 100, 2)}
          animated={run.state === 'running'}
          striped={run.state === 'running'}
          color={run.state === 'running' || run.state === 'queued' ? 'lock' : 'gray'}
          aria-label={`${Math.round(share * 100)} % read`}
        />
      </Progress.Root>
    </div>
  );
}

function RunProblem({ run, onSteer }: Pick<DiscoverPanelProps, 'onSteer'> & { run: DiscoveryRun }) {
  const { problem } = run;
  if (!problem) return null;
  const acceptable = problem.code === 'discovery.many_gone' && run.state === 'paused';
  return (
    <div className={classes.problem}>
      <Callout
        tone={run.state === 'failed' ? 'bad' : 'warn'}
        action={
          acceptable &&
          onSteer && (
            <Button variant="default" size="xs" onClick={() => onSteer('resume', { acceptGone: true })}>
              They are gone, go on
            </Button>
          )
        }
      >
        <Emphasis text={problem.detail} />
        {problem.remedy.length > 0 && (
          <ol className={classes.remedy}>
            {problem.remedy.map((step) => (
              <li key={step}>
                <Emphasis text={step} />
              </li>
            ))}
          </ol>
        )}
      </Callout>
    </div>
  );
}
