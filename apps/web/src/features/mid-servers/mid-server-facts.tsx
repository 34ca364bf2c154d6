import type { MidServer } from '@lockkeeper/contract';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Facts, RailSection } from '../../components/side-rail.tsx';
import { useNow } from '../../lib/now.ts';
import { clockTime, duration, longDate } from '../../lib/time.ts';
import classes from './mid-server-facts.module.css';
import { useActivity } from './use-activity.ts';

/** What the rail tells of a MID Server: where it comes from, how it is connected, what it holds. */
export function MidServerFacts({ midServer }: { midServer: MidServer }) {
  return midServer.validated ? (
    <ValidatedFacts midServer={midServer} />
  ) : (
    <EnrolmentFacts midServer={midServer} />
  );
}

function EnrolmentFacts({ midServer }: { midServer: MidServer }) {
  const { credentialCount: count } = midServer;
  return (
    <>
      <RailSection title="Enrolment">
        <Facts
          facts={[
            ['Token of', midServer.enrolledBy.name],
            ['Enrolled', <RelativeTime key="at" at={midServer.enrolledAt} />],
            [
              'From',
              <span key="from" className="mono">
                {midServer.enrolledFrom}
              </span>,
            ],
            ['Host', midServer.host],
            ['Version', midServer.agentVersion],
          ]}
        />
      </RailSection>
      <RailSection title="After validation">
        <p>
          {count === 0 && 'No active credential applies to it yet. '}
          {count === 1 && 'One active credential applies to it. '}
          {count > 1 && `${count} active credentials apply to it. `}
          This agent will get sealed, short-lived access tokens for those that apply, and nothing else.
        </p>
      </RailSection>
    </>
  );
}

function ValidatedFacts({ midServer }: { midServer: MidServer }) {
  const now = useNow();
  const holds = useActivity(midServer.id, 5_000).data?.holds;
  const session = midServer.sessions[0];
  const groups = midServer.fingerprint.split(' ');
  return (
    <>
      <RailSection title="Connection">
        <Facts
          facts={[
            ['Sessions', midServer.sessions.length],
            ['Heartbeat', <RelativeTime key="heartbeat" at={midServer.lastHeartbeatAt} />],
            ['Up for', session ? duration(now.getTime() - new Date(session.connectedAt).getTime()) : '—'],
            ['Transport', session ? (session.tls ? 'WebSocket, TLS' : 'WebSocket, without TLS') : '—'],
            ['Host', midServer.host],
            ['Version', midServer.agentVersion],
          ]}
        />
      </RailSection>
      <RailSection title="Fingerprint">
        <div className={classes.fingerprint} title={midServer.fingerprint}>
          {groups.slice(0, 8).join(' ')} …
        </div>
        {midServer.validatedAt && (
          <p className={classes.note}>
            Validated {longDate(new Date(midServer.validatedAt))} by{' '}
            {midServer.validatedBy?.name ?? 'nobody known'}
          </p>
        )}
      </RailSection>
      {holds && (
        <RailSection title="Holds now">
          <p>
            {holds.credentials === 0
              ? 'No access token. '
              : `Access ${holds.credentials === 1 ? 'token of one credential' : `tokens of ${holds.credentials} credentials`}, in memory${holds.until ? `, the last until ${clockTime(new Date(holds.until))} UTC` : ''}. `}
            On disk: none.
          </p>
        </RailSection>
      )}
    </>
  );
}
