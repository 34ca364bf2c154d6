import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { RecordPage } from '../../components/record-form/record-page.tsx';
import { usePageFrame } from '../../lib/page-frame.tsx';
import { paths } from '../../lib/paths.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { EventSubscriptionForm } from './event-subscription-form.tsx';
import { SigningSecretDialog } from './signing-secret-dialog.tsx';
import { useEventSubscriptionForm } from './use-event-subscription-form.ts';

/** Both **Save** and **Submit** show the secret first. */
export function NewEventSubscriptionPage() {
  usePageFrame({
    crumbs: [{ label: texts.group }, { label: texts.list, href: paths.eventSubscriptions }],
    title: texts.new,
  });
  const navigate = useNavigate();
  const form = useEventSubscriptionForm(undefined);
  const [made, setMade] = useState<{ secret: string; next: string }>();
  const save = async (stays: boolean) => {
    const saved = await form.save();
    if (saved?.signingSecret === undefined) return;
    const next = stays ? paths.eventSubscription(saved.id) : paths.eventSubscriptions;
    setMade({ secret: saved.signingSecret, next });
  };
  return (
    <RecordPage
      title={texts.new}
      kind={texts.record}
      backHref={paths.eventSubscriptions}
      form={{
        dirty: form.dirty && made === undefined,
        saving: form.saving,
        onSave: () => void save(true),
        onSubmit: () => void save(false),
      }}
    >
      <EventSubscriptionForm form={form} />
      {made && (
        <SigningSecretDialog
          secret={made.secret}
          onClose={() => void navigate({ href: made.next, replace: true, ignoreBlocker: true })}
        />
      )}
    </RecordPage>
  );
}
