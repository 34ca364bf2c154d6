import { type Credential, oauthEntityProfile } from '@lockkeeper/contract';
import { Checkbox, NumberInput, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { FormGrid, WideField } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { ReferenceField } from '../../components/reference-field.tsx';
import { paths } from '../../lib/paths.ts';
import { common } from '../../texts/common.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import { scopesInWords } from '../oauth-entity-profiles/profile-columns.tsx';
import { AppliesToField } from './applies-to-field.tsx';
import { AuthServerField } from './auth-server-field.tsx';
import type { CredentialValues } from './use-credential-form.ts';

export interface CredentialFieldsProps {
  form: RecordForm<CredentialValues, Credential>;
  /** Absent before the first save. */
  stored?: Credential;
  /** Between Applies to and Active. */
  note?: ReactNode;
}

/** The fields of **OAuth 2.0 Credentials**, the same in the dialog and on the record. */
export function CredentialFields({ form, stored, note }: CredentialFieldsProps) {
  const { values, set, text, idOf, errorOf } = form;
  return (
    <FormGrid>
      <TextInput
        {...text('name')}
        withAsterisk
        aria-required
        data-autofocus={stored === undefined || undefined}
      />
      <NumberInput
        id={idOf('order')}
        label={texts.order}
        description={texts.orderHelp}
        value={values.order}
        onChange={(order) => set({ order })}
        error={errorOf('order')}
        allowDecimal={false}
        allowNegative={false}
      />
      <WideField>
        <ProfileField form={form} stored={stored} />
      </WideField>
      <WideField>
        <AppliesToField form={form} />
      </WideField>
      <WideField>
        <AuthServerField form={form} />
      </WideField>
      {note !== undefined && <WideField>{note}</WideField>}
      <Checkbox
        id={idOf('active')}
        label={texts.active}
        checked={values.active}
        onChange={(event) => set({ active: event.currentTarget.checked })}
      />
      {stored !== undefined && (
        <Checkbox
          id={idOf('allowTokenHandOut')}
          label={texts.allowTokenHandOut}
          description={texts.allowTokenHandOutHelp}
          checked={values.allowTokenHandOut}
          onChange={(event) => set({ allowTokenHandOut: event.currentTarget.checked })}
        />
      )}
      {stored !== undefined && (
        <Checkbox
          id={idOf('canary')}
          label={texts.canary}
          description={texts.canaryHelp}
          checked={values.canary}
          onChange={(event) => set({ canary: event.currentTarget.checked })}
        />
      )}
    </FormGrid>
  );
}

function ProfileField({
  form,
  stored,
}: {
  form: CredentialFieldsProps['form'];
  stored: Credential | undefined;
}) {
  const { values, set, idOf, errorOf } = form;
  const [facts, setFacts] = useState('');
  const discards =
    stored !== undefined && values.profileId !== stored.profileId && stored.token.state !== 'none';
  return (
    <ReferenceField
      id={idOf('profileId')}
      label={texts.profile}
      path={paths.profiles}
      schema={oauthEntityProfile}
      required
      value={values.profileId}
      valueName={stored?.profile.name}
      onChange={(_id, row) => {
        set({ profileId: row?.id ?? null });
        setFacts(
          row === undefined
            ? ''
            : texts.profileFacts(common.grantTypes[row.grantType], scopesInWords(row), row.isDefault),
        );
      }}
      description={discards ? texts.profileChanges : facts}
      error={errorOf('profileId')}
    />
  );
}
