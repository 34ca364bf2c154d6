import { type MidServer, midServer as midServerSchema } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconBan, IconPlayerPause, IconPlayerPlay, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { LoadingRows } from '../../components/loading-rows.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { RelatedLinks } from '../../components/side-rail.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { midServerStates, states } from '../../components/states.ts';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { useRecord } from '../../lib/query.ts';
import { midServers as texts } from '../../texts/mid-servers.ts';
import { compareFingerprint } from './fingerprint.ts';
import { FingerprintCompare } from './fingerprint-compare.tsx';
import { MidServerFacts } from './mid-server-facts.tsx';
import { MidServerLive, MidServerWaiting } from './mid-server-live.tsx';
import classes from './mid-server-page.module.css';
import { useMidServerActions } from './use-mid-server-actions.tsx';

const crumbs = [{ label: texts.group }, { label: texts.servers, href: '/mid-servers' }];

export function MidServerPage() {
  const { midServerId } = useParams({ strict: false });
  const record = useRecord('/mid-servers', midServerId ?? '', midServerSchema, { refetchInterval: 5_000 });
  usePageFrame({ crumbs, title: record.data?.name ?? '', recordKind: 'MID Server' });
  if (record.isPending) return <LoadingRows what="MID Server" />;
  if (record.isError) return <ProblemPanel error={record.error} onRetry={() => void record.refetch()} />;
  return <MidServerRecord midServer={record.data} />;
}

function MidServerRecord({ midServer }: { midServer: MidServer }) {
  const [typed, setTyped] = useState('');
  const actions = useMidServerActions(midServer);
  const { complete } = compareFingerprint(midServer.fingerprint, typed);
  const paused = midServer.status === 'paused';
  return (
    <RecordPage
      title={midServer.name}
      kind="MID Server"
      id={midServer.id}
      backHref="/mid-servers"
      state={
        <>
          {midServer.validated && <StateMark state={midServerStates[midServer.status]} pill />}
          <StateMark state={midServer.validated ? states.validated : states.notValidated} pill />
        </>
      }
      actions={
        midServer.validated ? (
          <Button
            variant="default"
            leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            onClick={paused ? actions.resume : actions.pause}
            disabled={actions.busy}
          >
            {paused ? texts.resume : texts.pause}
          </Button>
        ) : (
          <Button
            leftSection={<IconShieldCheck size={16} />}
            onClick={() => actions.validate(typed)}
            disabled={!complete || actions.busy}
            aria-describedby="validate-reason"
          >
            {texts.validate}
          </Button>
        )
      }
      menu={
        midServer.validated
          ? [{ label: texts.invalidate, icon: IconBan, run: () => void actions.invalidate() }]
          : []
      }
      onDelete={() => void actions.remove()}
      rail={
        <>
          <MidServerFacts midServer={midServer} />
          <RelatedLinks
            links={[
              paused
                ? {
                    label: texts.resume,
                    icon: IconPlayerPlay,
                    onClick: actions.resume,
                    disabled: !midServer.validated,
                  }
                : {
                    label: texts.pause,
                    icon: IconPlayerPause,
                    onClick: actions.pause,
                    disabled: !midServer.validated,
                  },
              {
                label: texts.invalidate,
                icon: IconBan,
                onClick: () => void actions.invalidate(),
                disabled: !midServer.validated,
              },
              { label: texts.remove, icon: IconTrash, onClick: () => void actions.remove() },
            ]}
            note={midServer.validated ? undefined : 'Pause and Invalidate need a validated server.'}
          />
        </>
      }
    >
      <div className={classes.stack}>
        {midServer.validated ? (
          <MidServerLive midServer={midServer} />
        ) : (
          <>
            <FingerprintCompare
              midServer={midServer}
              typed={typed}
              onTyped={setTyped}
              onRemove={() => void actions.remove()}
            />
            <MidServerWaiting midServer={midServer} />
          </>
        )}
      </div>
      {actions.dialog}
    </RecordPage>
  );
}
