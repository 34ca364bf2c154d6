import type { ApplicationRegistry, ProviderTemplate } from '@lockkeeper/contract';
import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { ReadOnlyUrl } from '../../components/read-only-url.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { FormSection, WideField } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { SecretField } from '../../components/secret-field.tsx';
import { duration } from '../../lib/time.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { common } from '../../texts/common.ts';
import { optionsOf } from './options-of.ts';
import { RegistryFurtherFields } from './registry-further-fields.tsx';
import { fillFrom, type RegistryValues } from './registry-values.ts';

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
  const days = duration(Number(values.refreshTokenLifespanSeconds) * 1000).replace(' d', ' days');
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
        <SecretField
          key={registry?.clientSecretStoredAt ?? 'new'}
          id={idOf('clientSecret')}
          label={texts.clientSecret}
          storedAt={registry?.clientSecretStoredAt ?? null}
          value={values.clientSecret}
          onChange={(clientSecret) => set({ clientSecret })}
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
        <TextInput
          {...text('clientSecretExpiresAt')}
          type="date"
          description={texts.clientSecretExpiresAtHelp}
        />
      </FormSection>
      <FormSection title={texts.sectionGrant}>
        <Select
          id={idOf('defaultGrantType')}
          label={texts.defaultGrantType}
          description={texts.grantHelp}
          data={[{ value: 'authorization_code', label: common.authorizationCode }]}
          value={values.defaultGrantType}
          onChange={() => set({ defaultGrantType: 'authorization_code' })}
          error={errorOf('defaultGrantType')}
        />
        <Select
          id={idOf('sendCredentials')}
          label={texts.sendCredentials}
          description={texts.sendCredentialsHelp}
          data={optionsOf(texts.sendCredentialsOptions)}
          value={values.sendCredentials}
          onChange={(sendCredentials) => set({ sendCredentials })}
          error={errorOf('sendCredentials')}
        />
        <NumberInput
          id={idOf('refreshTokenLifespanSeconds')}
          label={texts.refreshTokenLifespan}
          description={texts.refreshTokenLifespanHelp(days)}
          value={values.refreshTokenLifespanSeconds}
          onChange={(refreshTokenLifespanSeconds) => set({ refreshTokenLifespanSeconds })}
          error={errorOf('refreshTokenLifespanSeconds')}
          thousandSeparator=","
          suffix=" s"
          allowDecimal={false}
          allowNegative={false}
          hideControls
        />
        <Select
          id={idOf('codeChallengeMethod')}
          label={texts.codeChallengeMethod}
          description={texts.codeChallengeHelp}
          data={optionsOf(texts.codeChallengeOptions)}
          value={values.codeChallengeMethod}
          onChange={(codeChallengeMethod) => set({ codeChallengeMethod })}
          error={errorOf('codeChallengeMethod')}
        />
        <Checkbox
          id={idOf('publicClient')}
          label={texts.publicClient}
          description={texts.publicClientHelp}
          checked={values.publicClient}
          onChange={(event) => set({ publicClient: event.currentTarget.checked })}
          error={errorOf('publicClient')}
        />
        <Checkbox
          id={idOf('extendRefreshTokenExpiry')}
          label={texts.extendRefreshTokenExpiry}
          description={texts.extendRefreshTokenExpiryHelp}
          checked={values.extendRefreshTokenExpiry}
          onChange={(event) => set({ extendRefreshTokenExpiry: event.currentTarget.checked })}
        />
      </FormSection>
      <FormSection title={texts.sectionEndpoints}>
        <MonoInput {...text('authorizationUrl')} type="url" withAsterisk aria-required />
        <MonoInput {...text('tokenUrl')} type="url" withAsterisk aria-required />
        <WideField>
          <ReadOnlyUrl
            label={texts.redirectUrl}
            value={registry?.redirectUrl ?? ''}
            placeholder={texts.redirectUrlEmpty}
            description={template?.redirectUrlHint}
          />
        </WideField>
        <MonoInput
          {...text('tokenRevocationUrl')}
          type="url"
          placeholder={template?.tokenRevocationUrl === null ? texts.tokenRevocationNone : ''}
        />
        <Checkbox
          id={idOf('active')}
          mt={26}
          label={texts.active}
          checked={values.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
        />
      </FormSection>
      <RegistryFurtherFields form={form} isNew={registry === undefined} />
    </>
  );
}
