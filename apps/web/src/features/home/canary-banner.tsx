import { type CanaryAlarm, canaryAlarm } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { IconFeather } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { AppLink } from '../../components/app-link.tsx';
import { Callout } from '../../components/callout.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { homeTexts as texts } from '../../texts/home.ts';

/** Canaries that somebody has used; each stays until somebody says that they have seen it. */
export function CanaryBanner({ alarms }: { alarms: readonly CanaryAlarm[] }) {
  return alarms.map((alarm) => <Alarm key={alarm.id} alarm={alarm} />);
}

function Alarm({ alarm: { id, credential, actor, count, lastAt } }: { alarm: CanaryAlarm }) {
  const client = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () => api.post(`/canary-alarms/${id}/acknowledge`, undefined, canaryAlarm),
    onError: (error) => failed(error),
    onSettled: () => client.invalidateQueries({ queryKey: ['/canary-alarms'] }),
  });
  const theirs =
    actor.id === null ? `f.subjectId=${credential.id}` : `f.actorId=${encodeURIComponent(actor.id)}`;
  return (
    <Callout
      tone="bad"
      role="alert"
      icon={<IconFeather size={18} />}
      title={texts.canaryUsed(credential.name, actor.name)}
      action={
        <Button
          variant="default"
          size="xs"
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate()}
        >
          {texts.acknowledge}
        </Button>
      }
    >
      {texts.canaryTimes(count)} <RelativeTime at={lastAt} />. {texts.canaryWhy}{' '}
      <AppLink href={`/audit-entries?${theirs}`}>{texts.canaryHistory}</AppLink>
    </Callout>
  );
}
