import { type EventSubscription, eventSubscription, PAGE_LIMIT_MAX } from '@lockkeeper/contract';
import { Button } from '@mantine/core';
import { AppLink } from '../../components/app-link.tsx';
import { Callout } from '../../components/callout.tsx';
import { paths } from '../../lib/paths.ts';
import { useListPage } from '../../lib/query.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';

const REFETCH_MS = 60_000;

const isInTrouble = ({ active, failingSince, disabled }: EventSubscription) =>
  disabled !== null || (active && failingSince !== null);

/** Subscriptions whose receiver fails, or that were switched off by themselves; nothing where all is well. */
export function SubscriptionTrouble() {
  const page = useListPage(
    paths.eventSubscriptions,
    eventSubscription,
    { limit: PAGE_LIMIT_MAX },
    { refetchInterval: REFETCH_MS },
  );
  return page.data?.items.filter(isInTrouble).map(({ id, name, disabled }) => (
    <Callout
      key={id}
      tone={disabled === null ? 'warn' : 'bad'}
      title={disabled === null ? texts.eventsFail(name) : texts.eventsOff(name)}
      action={
        <Button component={AppLink} href={paths.eventSubscription(id)} variant="default">
          {texts.open}
        </Button>
      }
    >
      {disabled === null ? texts.failingWhy : texts.switchOn}
    </Callout>
  ));
}
