import { Button } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { Card } from '../../components/card.tsx';
import { ListPage } from '../../components/list-page.tsx';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { midServerStates, states, toolStates } from '../../components/states.ts';
import { useLive } from '../../lib/events.tsx';
import { useNow } from '../../lib/now.ts';
import { absoluteUtc } from '../../lib/time.ts';
import { homeTexts as texts } from '../../texts/home.ts';
import { tokenLook } from '../credentials/token-state.ts';
import { CanaryBanner } from './canary-banner.tsx';
import { ClockWarning } from './clock-warning.tsx';
import classes from './health-overview.module.css';
import { MidServerCard } from './mid-server-card.tsx';
import { needsOf } from './needs.ts';
import { RecentAudit } from './recent-audit.tsx';
import { StateTile } from './state-tile.tsx';
import { TokenTable } from './token-table.tsx';
import type { Health } from './use-health.ts';

/** Later: it brings the catalogue of events with it. */
const SubscriptionTrouble = lazy(() =>
  import('../event-subscriptions/subscription-trouble.tsx').then((module) => ({
    default: module.SubscriptionTrouble,
  })),
);

/** How things stand: what needs somebody, counts by state, tokens, recent changes. */
export function HealthOverview({ health, isAdmin }: { health: Health; isAdmin: boolean }) {
  const now = useNow();
  const credentials = health.credentials.data?.items ?? [];
  const midServers = health.midServers.data?.items ?? [];
  const tools = health.tools.data?.items ?? [];
  const expiries = health.expiries.data?.items ?? [];
  const error = health.credentials.error ?? health.midServers.error ?? health.tools.error;
  const pending = health.midServers.isPending || (isAdmin && health.credentials.isPending);
  return (
    <ListPage title={texts.title} actions={<LiveMark />}>
      {error !== null && <ProblemPanel error={error} />}
      {pending ? (
        <LoadingRows what={texts.title} rows={6} />
      ) : (
        <div className={classes.stack}>
          <CanaryBanner alarms={health.alarms.data?.items ?? []} />
          {isAdmin && <ClockWarning />}
          <Suspense>{isAdmin && <SubscriptionTrouble />}</Suspense>
          <Needs
            needs={needsOf({ credentials, midServers, tools, expiries, unused: health.unused.data?.total })}
          />
          <div className={classes.tiles}>
            {isAdmin && (
              <StateTile
                label={texts.credentials}
                href="/credentials"
                looks={credentials.map(({ token }) => tokenLook(token, now))}
              />
            )}
            <StateTile
              label={texts.midServers}
              href="/mid-servers"
              looks={midServers.map(({ validated, status }) =>
                validated ? midServerStates[status] : states.notValidated,
              )}
            />
            <StateTile
              label={texts.tools}
              href="/tools"
              looks={tools.map(({ state }) => toolStates[state])}
            />
          </div>
          <div className={isAdmin ? classes.columns : classes.stack}>
            {isAdmin && (
              <div className={classes.stack}>
                <TokenTable credentials={credentials} />
                <RecentAudit entries={health.audit.data?.items ?? []} />
              </div>
            )}
            <MidServerCard midServers={midServers} />
          </div>
        </div>
      )}
    </ListPage>
  );
}

function Needs({ needs }: { needs: ReturnType<typeof needsOf> }): ReactNode {
  return (
    <Card
      flush
      title={
        <>
          {texts.needsYou} <span className={classes.count}>{needs.length}</span>
        </>
      }
    >
      {needs.length === 0 && <p className={classes.none}>{texts.nothingNeedsYou}</p>}
      <ul className={classes.needs}>
        {needs.map((need, index) => (
          <li key={need.key}>
            <span className={classes.badge} data-tone={need.look.tone} aria-hidden="true">
              <need.look.icon size={17} />
            </span>
            <span className={classes.words}>
              <strong>{need.title}</strong>
              <span>{need.why}</span>
            </span>
            <Button component={AppLink} href={need.href} variant={index === 0 ? 'filled' : 'default'}>
              {need.action}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function LiveMark() {
  const live = useLive();
  const now = useNow(1_000);
  return (
    <span className={classes.live} data-live={live || undefined}>
      {live ? `${texts.live} · ${absoluteUtc(now).slice(11)} UTC` : texts.reconnecting}
    </span>
  );
}
