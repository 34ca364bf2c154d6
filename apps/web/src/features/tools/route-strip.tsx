import type { Tool } from '@lockkeeper/contract';
import { IconBrandBitbucket, IconServer2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { AppLink } from '../../components/app-link.tsx';
import { Logo } from '../../components/logo.tsx';
import { useNow } from '../../lib/now.ts';
import { useSession } from '../../lib/session.ts';
import { absoluteUtc, relativeTime } from '../../lib/time.ts';
import { tools as texts } from '../../texts/tools.ts';
import classes from './route-strip.module.css';

/** The way of every call: this instance, the MID Server, the tool's API, with what the last Connect measured. */
export function RouteStrip({ tool }: { tool: Tool }) {
  const { instance } = useSession();
  const now = useNow();
  const report = tool.connectReport;
  const midServer = report?.midServer;
  const host = new URL(tool.baseUrl).host;
  // What broke is the last leg that has no measurement.
  const firstLeg = report === null ? 'unknown' : report.instanceToMidServerMs === null ? 'broken' : 'whole';
  const secondLeg =
    report === null || firstLeg === 'broken'
      ? 'unknown'
      : report.midServerToToolMs === null
        ? 'broken'
        : 'whole';

  return (
    <section className={classes.strip} aria-label="Route of a call">
      <Stop icon={<Logo size={18} />} title={texts.thisInstance} detail={instance.name} />
      <Leg state={firstLeg} ms={report?.instanceToMidServerMs ?? null} />
      <Stop
        icon={<IconServer2 size={18} />}
        title={
          midServer ? (
            <AppLink href={`/mid-servers/${midServer.id}`}>{midServer.name}</AppLink>
          ) : (
            (tool.midServerName ?? 'A MID Server')
          )
        }
        detail={tool.midServerId === null ? 'any that the credential applies to' : 'chosen for this tool'}
      />
      <Leg state={secondLeg} ms={report?.midServerToToolMs ?? null} />
      <Stop
        icon={<IconBrandBitbucket size={18} />}
        title={host}
        detail={report?.account ? `as ${report.account.displayName}` : 'not signed in yet'}
      />
      <dl className={classes.credential}>
        <dt>{texts.credential}</dt>
        <dd>
          <AppLink href={`/credentials/${tool.credentialId}`}>{tool.credentialName}</AppLink>
        </dd>
        <dd
          className={classes.dim}
          title={report ? `${absoluteUtc(new Date(report.checkedAt))} UTC` : undefined}
        >
          {report
            ? `checked ${relativeTime(new Date(report.checkedAt), now)}`
            : texts.notCheckedYet.toLowerCase()}
        </dd>
      </dl>
    </section>
  );
}

function Stop({ icon, title, detail }: { icon: ReactNode; title: ReactNode; detail: string }) {
  return (
    <div className={classes.stop}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <div className={classes.words}>
        <div className={classes.title}>{title}</div>
        <div className={classes.dim}>{detail}</div>
      </div>
    </div>
  );
}

const legWords = { unknown: 'not checked', broken: 'no answer' };

function Leg({ state, ms }: { state: 'whole' | 'broken' | 'unknown'; ms: number | null }) {
  return (
    <div className={classes.leg} data-state={state}>
      <span>
        {state === 'whole'
          ? `${ms === null ? '?' : ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
          : legWords[state]}
      </span>
    </div>
  );
}
