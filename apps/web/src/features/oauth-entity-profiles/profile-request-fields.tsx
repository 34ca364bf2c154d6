import type { OAuthEntityProfile } from '@lockkeeper/contract';
import { Textarea } from '@mantine/core';
import { FormSection, WideField } from '../../components/record-form/form-section.tsx';
import { NamedValuesField } from '../../components/record-form/named-values-field.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import type { ProfileValues } from './profile-values.ts';

/** What the profile adds to requests; the authorization request only where there is one. */
export function ProfileRequestFields({ form }: { form: RecordForm<ProfileValues, OAuthEntityProfile> }) {
  const { values, set, text, idOf, errorOf } = form;
  return (
    <FormSection title={texts.sectionRequests} lead={texts.sectionRequestsLead}>
      {values.grantType === 'authorization_code' && (
        <WideField>
          <NamedValuesField
            field="authorizationParameters"
            label={texts.authorizationParameters}
            description={texts.authorizationParametersHelp}
            values={values.authorizationParameters}
            onChange={(authorizationParameters) => set({ authorizationParameters })}
            idOf={idOf}
            errorOf={errorOf}
          />
        </WideField>
      )}
      <WideField>
        <NamedValuesField
          field="tokenParameters"
          label={texts.tokenParameters}
          description={texts.tokenParametersHelp}
          values={values.tokenParameters}
          onChange={(tokenParameters) => set({ tokenParameters })}
          idOf={idOf}
          errorOf={errorOf}
        />
      </WideField>
      <WideField>
        <Textarea
          {...text('resources')}
          description={texts.resourcesHelp}
          autosize
          minRows={1}
          maxRows={10}
          spellCheck={false}
          autoComplete="off"
        />
      </WideField>
    </FormSection>
  );
}
