import type { ApplicationRegistry, ProviderTemplate } from '@lockkeeper/contract';
import { Checkbox } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { ReadOnlyUrl } from '../../components/read-only-url.tsx';
import { besideLabelled, FormSection, WideField } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { IssuerField } from './issuer-field.tsx';
import { needsConsent, type RegistryValues } from './registry-values.ts';

export interface RegistryEndpointFieldsProps {
  form: RecordForm<RegistryValues, ApplicationRegistry>;
  registry: ApplicationRegistry | undefined;
  template: ProviderTemplate | undefined;
}

/** Where the provider is asked. Without a person's consent neither of the addresses for browsers is needed. */
export function RegistryEndpointFields({ form, registry, template }: RegistryEndpointFieldsProps) {
  const { values, set, text, idOf, errorOf } = form;
  const isConsented = needsConsent(values);
  return (
    <FormSection title={texts.sectionEndpoints} lead={texts.sectionEndpointsLead}>
      <WideField>
        <IssuerField form={form} registryId={registry?.id} />
      </WideField>
      {(isConsented || values.authorizationUrl !== '') && (
        <MonoInput
          {...text('authorizationUrl')}
          type="url"
          withAsterisk={isConsented}
          aria-required={isConsented}
        />
      )}
      <MonoInput {...text('tokenUrl')} type="url" withAsterisk aria-required />
      {isConsented && (
        <WideField>
          <ReadOnlyUrl
            label={texts.redirectUrl}
            value={registry?.redirectUrl ?? ''}
            placeholder={texts.redirectUrlEmpty}
            description={template?.redirectUrlHint}
          />
        </WideField>
      )}
      <MonoInput
        {...text('tokenRevocationUrl')}
        type="url"
        placeholder={template?.tokenRevocationUrl === null ? texts.tokenRevocationNone : ''}
      />
      <Checkbox
        id={idOf('active')}
        mt={besideLabelled}
        label={texts.active}
        checked={values.active}
        onChange={(event) => set({ active: event.currentTarget.checked })}
      />
      {isConsented && values.issuer.trim() !== '' && (
        <Checkbox
          id={idOf('authorizationResponseIssParameterSupported')}
          mt={besideLabelled}
          label={texts.issPromised}
          description={texts.issPromisedHelp}
          checked={values.authorizationResponseIssParameterSupported}
          onChange={(event) =>
            set({ authorizationResponseIssParameterSupported: event.currentTarget.checked })
          }
          error={errorOf('authorizationResponseIssParameterSupported')}
        />
      )}
    </FormSection>
  );
}
