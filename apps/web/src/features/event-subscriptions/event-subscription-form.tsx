import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { besideLabelled, FormSection, WideField } from '../../components/record-form/form-section.tsx';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import { EventTypesField } from './event-types-field.tsx';
import type { EventSubscriptionForm as Form } from './use-event-subscription-form.ts';

/** The fields of an event subscription, new or stored. */
export function EventSubscriptionForm({ form, isStored = false }: { form: Form; isStored?: boolean }) {
  const { values, set, text, idOf } = form;
  return (
    <>
      <ErrorSummary form={form} />
      <FormSection title={texts.record}>
        <TextInput {...text('name')} withAsterisk aria-required maxLength={120} />
        <Checkbox
          id={idOf('active')}
          mt={besideLabelled}
          label={texts.active}
          checked={values.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
        />
        <WideField>
          <MonoInput
            {...text('url')}
            withAsterisk
            aria-required
            type="url"
            description={isStored ? `${texts.urlHelp} ${texts.urlChanged}` : texts.urlHelp}
          />
        </WideField>
        <WideField>
          <EventTypesField form={form} />
        </WideField>
        <WideField>
          <Textarea {...text('comments')} autosize minRows={2} maxLength={4000} />
        </WideField>
      </FormSection>
    </>
  );
}
