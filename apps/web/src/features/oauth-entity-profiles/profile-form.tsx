import {
  type ApplicationRegistryId,
  applicationRegistry,
  JWT_BEARER,
  type OAuthEntityProfile,
  oauthEntityScope,
  oauthEntityScopeId,
  PAGE_LIMIT_MAX,
} from '@lockkeeper/contract';
import { Checkbox, MultiSelect, Select, TextInput } from '@mantine/core';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { besideLabelled, FormSection, WideField } from '../../components/record-form/form-section.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { ReferenceField } from '../../components/reference-field.tsx';
import { paths } from '../../lib/paths.ts';
import { useListPage } from '../../lib/query.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { common } from '../../texts/common.ts';
import { optionsOf } from '../application-registries/options-of.ts';
import { AssertionFields } from './assertion-fields.tsx';
import { ProfileRequestFields } from './profile-request-fields.tsx';
import type { ProfileValues } from './profile-values.ts';

export interface ProfileFormProps {
  form: RecordForm<ProfileValues, OAuthEntityProfile>;
  profile?: OAuthEntityProfile;
}

/** The fields of an OAuth Entity Profile. Its registry and grant type are fixed once it is saved. */
export function ProfileForm({ form, profile }: ProfileFormProps) {
  const { values, set, text, idOf, errorOf } = form;
  return (
    <>
      <ErrorSummary form={form} />
      <FormSection title={texts.profile}>
        <TextInput {...text('name')} withAsterisk aria-required />
        {profile === undefined ? (
          <ReferenceField
            id={idOf('applicationRegistryId')}
            label={texts.record}
            path={paths.registries}
            schema={applicationRegistry}
            required
            value={values.applicationRegistryId}
            onChange={(_id, row) =>
              set({
                applicationRegistryId: row?.id ?? null,
                scopeIds: [],
                ...(row === undefined ? {} : { grantType: row.defaultGrantType }),
              })
            }
            error={errorOf('applicationRegistryId')}
          />
        ) : (
          <TextInput label={texts.record} value={profile.applicationRegistryName} readOnly />
        )}
        {profile === undefined ? (
          <Select
            id={idOf('grantType')}
            label={texts.grantType}
            description={texts.grantHelp[values.grantType]}
            data={optionsOf(common.grantTypes)}
            value={values.grantType}
            onChange={(grantType) => set({ grantType })}
            error={errorOf('grantType')}
            allowDeselect={false}
          />
        ) : (
          <TextInput
            label={texts.grantType}
            description={texts.grantHelp[values.grantType]}
            value={common.grantTypes[values.grantType]}
            readOnly
          />
        )}
        <Checkbox
          id={idOf('isDefault')}
          mt={besideLabelled}
          label={texts.isDefault}
          description={texts.isDefaultHelp}
          checked={values.isDefault}
          disabled={profile?.isDefault === true}
          onChange={(event) => set({ isDefault: event.currentTarget.checked })}
          error={errorOf('isDefault')}
        />
        <WideField>
          <ScopesField form={form} registryId={values.applicationRegistryId} />
        </WideField>
      </FormSection>
      {values.grantType === JWT_BEARER && <AssertionFields form={form} />}
      <ProfileRequestFields form={form} />
    </>
  );
}

interface ScopesFieldProps {
  form: RecordForm<ProfileValues, OAuthEntityProfile>;
  registryId: ApplicationRegistryId | null;
}

function ScopesField({ form: { values, set, idOf, errorOf }, registryId }: ScopesFieldProps) {
  const page = useListPage(
    paths.scopes,
    oauthEntityScope,
    { applicationRegistryId: registryId, limit: PAGE_LIMIT_MAX },
    { enabled: registryId !== null },
  );
  const isConsented = values.grantType === 'authorization_code';
  const scopes = registryId === null ? [] : (page.data?.items ?? []);
  return (
    <MultiSelect
      id={idOf('scopeIds')}
      label={texts.scopesOfProfile}
      description={isConsented ? texts.scopesOfProfileHelp : texts.scopesOfProfileAlone}
      placeholder={values.scopeIds.length > 0 ? '' : isConsented ? common.asTicked : common.providerDecides}
      searchable
      clearable
      data={scopes.map(({ id, name, scope }) => ({
        value: id,
        label: name === scope ? scope : `${name} (${scope})`,
      }))}
      value={values.scopeIds}
      onChange={(ids) => set({ scopeIds: ids.map((id) => oauthEntityScopeId.parse(id)) })}
      nothingFoundMessage={texts.scopesEmpty}
      error={errorOf('scopeIds')}
    />
  );
}
