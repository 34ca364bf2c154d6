import { type EventSubscription, eventDelivery } from '@lockkeeper/contract';
import { IconKey, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { useSaveActions } from '../../components/record-form/use-save-actions.ts';
import { RelatedList, RelatedLists } from '../../components/related-lists.tsx';
import { RecordFacts, RelatedLinks } from '../../components/side-rail.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { useDeleteRecord } from '../../components/use-delete-record.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { longDateTime } from '../../lib/time.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { deliveryNarrowRow, fewDeliveryColumns } from './delivery-columns.tsx';
import { subscriptionLook } from './delivery-look.ts';
import { EventSubscriptionForm } from './event-subscription-form.tsx';
import { EventSubscriptionNotes } from './event-subscription-notes.tsx';
import { RotateSecretDialog } from './rotate-secret-dialog.tsx';
import { useEventSubscriptionForm } from './use-event-subscription-form.ts';
import { useEventTest } from './use-event-test.ts';

/** Deliveries are too many to announce each, in ms. */
const REFETCH_MS = 5_000;

/** A stored event subscription: form, Test, signing secret, what was sent. */
export function EventSubscriptionRecord({ subscription }: { subscription: EventSubscription }) {
  const { id, name, signingSecretStoredAt, formerSigningSecretUntil: formerUntil } = subscription;
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.eventSubscriptions }],
    title: name,
    recordKind: texts.record,
  });
  const form = useEventSubscriptionForm(subscription);
  const test = useEventTest(id);
  const [isRotating, setRotating] = useState(false);
  const [deleteRecord, deleteDialog] = useDeleteRecord({
    path: paths.eventSubscriptions,
    id,
    name,
    body: texts.deleteBody,
  });
  const saveActions = useSaveActions(form, { listHref: paths.eventSubscriptions });
  const query = { eventSubscriptionId: id };
  const when = (at: string) => longDateTime(new Date(at));
  return (
    <RecordPage
      title={name}
      kind={texts.record}
      id={id}
      state={<StateMark pill state={subscriptionLook(subscription)} />}
      backHref={paths.eventSubscriptions}
      form={saveActions}
      menu={[
        { label: texts.test, icon: IconSend, run: test.run, startsGroup: true },
        { label: texts.rotate, icon: IconKey, run: () => setRotating(true) },
      ]}
      onDelete={deleteRecord}
      rail={
        <>
          <RelatedLinks
            note={texts.testHelp}
            links={[
              { label: texts.test, icon: IconSend, onClick: test.run, disabled: test.running, strong: true },
              { label: texts.rotate, icon: IconKey, onClick: () => setRotating(true) },
            ]}
          />
          <RecordFacts
            record={subscription}
            more={[
              [texts.secretStored, when(signingSecretStoredAt)],
              ...(formerUntil === null ? [] : ([[texts.formerUntil, when(formerUntil)]] as const)),
              [texts.pending, subscription.pending],
            ]}
          />
        </>
      }
    >
      <EventSubscriptionNotes subscription={subscription} test={test} />
      <EventSubscriptionForm form={form} isStored />
      <RelatedLists
        tabs={[
          {
            key: 'deliveries',
            label: texts.deliveries,
            count: { path: paths.eventDeliveries, schema: eventDelivery, query },
            content: (
              <RelatedList
                label={texts.deliveries}
                path={paths.eventDeliveries}
                schema={eventDelivery}
                query={query}
                columns={fewDeliveryColumns}
                refetchInterval={REFETCH_MS}
                rowName={({ event }) => event.type}
                rowHref={(row) => paths.eventDelivery(row.id)}
                narrowRow={deliveryNarrowRow}
                empty={texts.deliveriesEmpty}
              />
            ),
          },
        ]}
      />
      {deleteDialog}
      {isRotating && <RotateSecretDialog id={id} onClose={() => setRotating(false)} />}
    </RecordPage>
  );
}
