import type { ApplicationRegistry, ProviderTemplate } from '@lockkeeper/contract';
import { Select, TextInput } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { FormSection } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { SecretField } from '../../components/secret-field.tsx';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { RegistryEndpointFields } from './registry-endpoint-fields.tsx';
import { RegistryFurtherFields } from './registry-further-fields.tsx';
import { RegistryGrantFields } from './registry-grant-fields.tsx';
import { fillFrom, type RegistryValues, sendsSecret, valuesOf, withSecret } from './registry-values.ts';

export interface RegistryFormProps {
  form: RecordForm<RegistryValues, ApplicationRegistry>;
  /** Absent before the first save. */
  registry?: ApplicationRegistry;
  templates: readonly ProviderTemplate[];
}

/** The fields of **Application Registries**. */
export function RegistryForm({ form, registry, templates }: RegistryFormProps) {
  const { values, set, text, idOf, errorOf } = form;
  const template = templates.find(({ key }) => key === values.template);
  const words = template && template.key !== 'generic' ? template : undefined;
  const storedDay =
    registry === undefined ? values.clientSecretExpiresAt : valuesOf(registry).clientSecretExpiresAt;
  const isReplaced = (registry?.clientSecretStoredAt ?? null) !== null && values.clientSecret !== '';
  return (
    <>
      <ErrorSummary form={form} />
      <FormSection title={texts.sectionApplication} lead={texts.sectionApplicationLead}>
        <TextInput {...text('name')} withAsterisk aria-required description={texts.nameHelp} />
        {registry === undefined ? (
          <Select
            id={idOf('template')}
            label={texts.template}
            description={texts.templateHelp}
            data={templates.map(({ key, label }) => ({ value: key, label }))}
            value={values.template}
            onChange={(key) => {
              const chosen = templates.find((candidate) => candidate.key === key);
              if (chosen !== undefined) set(fillFrom(chosen, values));
            }}
          />
        ) : (
          <TextInput {...text('application')} description={texts.applicationHelp} />
        )}
        <MonoInput
          {...text('clientId')}
          withAsterisk
          aria-required
          description={words && texts.inProvider(words.label, words.clientIdLabel)}
        />
        {sendsSecret(values) && (
          <SecretField
            key={registry?.clientSecretStoredAt ?? 'new'}
            id={idOf('clientSecret')}
            label={texts.clientSecret}
            storedAt={registry?.clientSecretStoredAt ?? null}
            value={values.clientSecret}
            onChange={(clientSecret) => set(withSecret(clientSecret, values, storedDay))}
            required={!values.publicClient}
            error={errorOf('clientSecret')}
            description={
              <>
                {words && texts.inProvider(words.label, words.clientSecretLabel)}{' '}
                {registry !== undefined && texts.endpointAsksAgain}
                {form.failure !== null && values.clientSecret !== '' && texts.clientSecretKept}
              </>
            }
          />
        )}
        {sendsSecret(values) && (
          <TextInput
            {...text('clientSecretExpiresAt')}
            type="date"
            description={isReplaced ? texts.clientSecretExpiresAtOfNew : texts.clientSecretExpiresAtHelp}
          />
        )}
      </FormSection>
      <RegistryGrantFields form={form} />
      <RegistryEndpointFields form={form} registry={registry} template={template} />
      <RegistryFurtherFields form={form} isNew={registry === undefined} />
    </>
  );
}
