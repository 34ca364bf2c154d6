import { type ApplicationRegistry, grantType } from '@lockkeeper/contract';
import { Checkbox, NumberInput, Select } from '@mantine/core';
import { FormSection } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { duration } from '../../lib/time.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { common } from '../../texts/common.ts';
import { optionsOf } from './options-of.ts';
import { needsConsent, type RegistryValues, withGrant } from './registry-values.ts';

/** How tokens are asked for; a grant shows only what it uses. */
export function RegistryGrantFields({ form }: { form: RecordForm<RegistryValues, ApplicationRegistry> }) {
  const { values, set, idOf, errorOf } = form;
  const isConsented = needsConsent(values);
  const days = duration(Number(values.refreshTokenLifespanSeconds) * 1000).replace(' d', ' days');
  return (
    <FormSection title={texts.sectionGrant}>
      <Select
        id={idOf('defaultGrantType')}
        label={texts.defaultGrantType}
        description={texts.grantHelp[values.defaultGrantType]}
        data={optionsOf(common.grantTypes)}
        value={values.defaultGrantType}
        onChange={(chosen) => set(withGrant(grantType.parse(chosen)))}
        error={errorOf('defaultGrantType')}
        allowDeselect={false}
      />
      <Select
        id={idOf('sendCredentials')}
        label={texts.sendCredentials}
        description={
          values.sendCredentials === 'private_key_jwt' ? texts.privateKeyHelp : texts.sendCredentialsHelp
        }
        data={optionsOf(texts.sendCredentialsOptions)}
        value={values.sendCredentials}
        onChange={(sendCredentials) => set({ sendCredentials })}
        error={errorOf('sendCredentials')}
      />
      {isConsented && (
        <>
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
        </>
      )}
      {values.defaultGrantType !== 'client_credentials' && (
        <Checkbox
          id={idOf('publicClient')}
          label={texts.publicClient}
          description={isConsented ? texts.publicClientHelp : texts.publicClientSigns}
          checked={values.publicClient}
          onChange={(event) => set({ publicClient: event.currentTarget.checked })}
          error={errorOf('publicClient')}
        />
      )}
      {isConsented && (
        <Checkbox
          id={idOf('extendRefreshTokenExpiry')}
          label={texts.extendRefreshTokenExpiry}
          description={texts.extendRefreshTokenExpiryHelp}
          checked={values.extendRefreshTokenExpiry}
          onChange={(event) => set({ extendRefreshTokenExpiry: event.currentTarget.checked })}
        />
      )}
    </FormSection>
  );
}
