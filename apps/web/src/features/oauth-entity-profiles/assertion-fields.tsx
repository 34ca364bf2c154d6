import type { OAuthEntityProfile } from '@lockkeeper/contract';
import { NumberInput } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { FormSection, WideField } from '../../components/record-form/form-section.tsx';
import { NamedValuesField } from '../../components/record-form/named-values-field.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import type { AssertionValues, ProfileValues } from './profile-values.ts';

/** What the signed assertion says. */
export function AssertionFields({ form }: { form: RecordForm<ProfileValues, OAuthEntityProfile> }) {
  const { values, set, idOf, errorOf } = form;
  const { assertion } = values;
  const change = (changed: Partial<AssertionValues>) => set({ assertion: { ...assertion, ...changed } });
  const inputs = [
    ['issuer', texts.assertionIssuer, texts.assertionClientId],
    ['subject', texts.assertionSubject, texts.assertionClientId],
    ['audience', texts.assertionAudience, texts.assertionRegistryIssuer],
  ] as const;
  return (
    <FormSection title={texts.sectionAssertion} lead={texts.sectionAssertionLead}>
      {inputs.map(([field, label, placeholder]) => (
        <MonoInput
          key={field}
          id={idOf(`assertion.${field}`)}
          label={label}
          placeholder={placeholder}
          value={assertion[field]}
          onChange={(event) => change({ [field]: event.currentTarget.value })}
          error={errorOf(`assertion.${field}`)}
        />
      ))}
      <NumberInput
        id={idOf('assertion.lifetimeSeconds')}
        label={texts.assertionLifetime}
        value={assertion.lifetimeSeconds}
        onChange={(lifetimeSeconds) => change({ lifetimeSeconds })}
        error={errorOf('assertion.lifetimeSeconds')}
        suffix=" s"
        allowDecimal={false}
        allowNegative={false}
        hideControls
      />
      <WideField>
        <NamedValuesField
          field="assertion.claims"
          label={texts.assertionClaims}
          description={texts.assertionClaimsHelp}
          values={assertion.claims}
          onChange={(claims) => change({ claims })}
          idOf={idOf}
          errorOf={errorOf}
        />
      </WideField>
    </FormSection>
  );
}
