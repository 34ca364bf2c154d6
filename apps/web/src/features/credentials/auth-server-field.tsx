import type { Credential } from '@lockkeeper/contract';
import { Checkbox } from '@mantine/core';
import { Callout } from '../../components/callout.tsx';
import type { RecordForm } from '../../components/record-form/use-record-form.ts';
import { credentialTexts as texts } from '../../texts/credentials.ts';
import classes from './auth-server-field.module.css';
import { useAbleMidServers } from './use-able-mid-servers.ts';
import type { CredentialValues } from './use-credential-form.ts';

/** **Connect to Auth Server via MID Server**: what it does, and what keeps it from working now. */
export function AuthServerField({ form }: { form: RecordForm<CredentialValues, Credential> }) {
  const { values, set, idOf, errorOf } = form;
  const { able } = useAbleMidServers(values);
  const noneCan = values.connectViaMidServer && able?.length === 0;
  return (
    <div className={classes.field}>
      <Checkbox
        id={idOf('connectViaMidServer')}
        label={texts.connectViaMidServer}
        description={texts.connectViaMidServerHelp}
        checked={values.connectViaMidServer}
        onChange={(event) => set({ connectViaMidServer: event.currentTarget.checked })}
        error={errorOf('connectViaMidServer')}
      />
      {noneCan && (
        <Callout tone="warn" role="status">
          {texts.connectViaMidServerNone}
        </Callout>
      )}
    </div>
  );
}
