import { applicationRegistry, type OAuthEntityScope } from '@lockkeeper/contract';
import { TextInput } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { FormSection } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { ReferenceField } from '../../components/reference-field.tsx';
import { paths } from '../../lib/paths.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import type { ScopeValues } from './use-scope-form.ts';

export interface ScopeFormProps {
  form: RecordForm<ScopeValues, OAuthEntityScope>;
  stored?: OAuthEntityScope;
  registryName?: string | undefined;
}

/** The fields of an OAuth Entity Scope. Its registry is fixed once it is saved. */
export function ScopeForm({ form, stored, registryName }: ScopeFormProps) {
  const { values, set, text, idOf, errorOf } = form;
  return (
    <>
      <ErrorSummary form={form} />
      <FormSection title={texts.scope}>
        <TextInput {...text('name')} withAsterisk aria-required />
        {stored === undefined ? (
          <ReferenceField
            id={idOf('applicationRegistryId')}
            label={texts.record}
            path={paths.registries}
            schema={applicationRegistry}
            required
            value={values.applicationRegistryId}
            valueName={registryName}
            onChange={(_id, row) => set({ applicationRegistryId: row?.id ?? null })}
            error={errorOf('applicationRegistryId')}
          />
        ) : (
          <TextInput label={texts.record} value={stored.applicationRegistryName} readOnly />
        )}
        <MonoInput {...text('scope')} withAsterisk aria-required description={texts.oauthScopeHelp} />
      </FormSection>
    </>
  );
}
