import { type Credential, midServerId } from '@lockkeeper/contract';
import { MultiSelect, Radio } from '@mantine/core';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import classes from './applies-to-field.module.css';
import { useAbleMidServers } from './use-able-mid-servers.ts';
import type { CredentialValues } from './use-credential-form.ts';

/** **Applies to**: which MID Servers may use the credential, and which of them could do so now. */
export function AppliesToField({ form }: { form: RecordForm<CredentialValues, Credential> }) {
  const { values, set, idOf, errorOf } = form;
  const { servers, able } = useAbleMidServers(values);
  const specific = values.appliesTo === 'specific';
  return (
    <div className={classes.field}>
      <Radio.Group
        id={idOf('appliesTo')}
        label={texts.appliesTo}
        value={values.appliesTo}
        onChange={(kind) => set({ appliesTo: kind === 'specific' ? 'specific' : 'all' })}
        error={errorOf('appliesTo')}
        {...(able === undefined ? {} : { description: texts.mayUseNow(able.map(({ name }) => name)) })}
      >
        <div className={classes.choices}>
          <Radio value="all" label={texts.allMidServers} />
          <Radio value="specific" label={texts.specificMidServers} />
        </div>
      </Radio.Group>
      {specific && (
        <MultiSelect
          id={idOf('appliesTo.midServerIds')}
          label={texts.midServers}
          withAsterisk
          searchable
          placeholder={values.midServerIds.length === 0 ? texts.midServersPlaceholder : ''}
          data={servers.map(({ id, name }) => ({ value: id, label: name }))}
          value={values.midServerIds}
          onChange={(ids) => set({ midServerIds: ids.map((id) => midServerId.parse(id)) })}
          nothingFoundMessage={texts.noMidServers}
          error={errorOf('appliesTo.midServerIds')}
        />
      )}
    </div>
  );
}
