import type { ApplicationRegistry } from '@lockkeeper/contract';
import { Select, Textarea, TextInput } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { FormSection, WideField } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { optionsOf } from './options-of.ts';
import { needsConsent, type RegistryValues } from './registry-values.ts';

export interface RegistryFurtherFieldsProps {
  form: RecordForm<RegistryValues, ApplicationRegistry>;
  isNew: boolean;
}

/** Fields that most people leave as they are. */
export function RegistryFurtherFields({ form, isNew }: RegistryFurtherFieldsProps) {
  const { values, set, text, idOf, errorOf } = form;
  const { auto, ...modes } = texts.redirectUrlModeOptions;
  return (
    <FormSection title={texts.sectionFurther}>
      {needsConsent(values) && (
        <Select
          id={idOf('redirectUrlMode')}
          label={texts.redirectUrlMode}
          description={texts.redirectUrlModeHelp}
          data={optionsOf(isNew ? { auto, ...modes } : modes)}
          value={values.redirectUrlMode}
          onChange={(redirectUrlMode) => set({ redirectUrlMode })}
          error={errorOf('redirectUrlMode')}
        />
      )}
      <Select
        id={idOf('accessibleFrom')}
        label={texts.accessibleFrom}
        data={optionsOf(texts.accessibleFromOptions)}
        value={values.accessibleFrom}
        onChange={(accessibleFrom) => set({ accessibleFrom })}
      />
      {isNew && <TextInput {...text('application')} description={texts.applicationHelp} />}
      <MonoInput {...text('logoUrl')} type="url" />
      <WideField>
        <Textarea {...text('comments')} autosize minRows={2} maxRows={10} />
      </WideField>
    </FormSection>
  );
}
