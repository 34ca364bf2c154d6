import { recoveryCodes } from '@lockkeeper/contract';
import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { api } from '../../lib/api.ts';
import { accountTexts as texts } from '../../texts/account.ts';
import classes from './account.module.css';
import { RecoveryCodes } from './recovery-codes.tsx';

/** New recovery codes in place of the old. */
export function RecoveryCodesDialog({ onClose }: { onClose: () => void }) {
  const [codes, setCodes] = useState<readonly string[]>();
  const form = useRecordForm<{ password: string }, { recoveryCodes: string[] }>({
    values: { password: '' },
    labels: { password: texts.password },
    send: (values) => api.post('/session/two-factor/recovery-codes', values, recoveryCodes),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setCodes((await form.save())?.recoveryCodes);
  };
  return (
    <Modal opened onClose={onClose} title={texts.newRecoveryCodes} closeOnClickOutside={codes === undefined}>
      {codes !== undefined ? (
        <RecoveryCodes codes={codes} onKept={onClose} />
      ) : (
        <form className={classes.stack} onSubmit={(event) => void submit(event)} noValidate>
          <ErrorSummary form={form} />
          <PasswordInput {...form.text('password')} autoComplete="current-password" data-autofocus required />
          <Group justify="flex-end">
            <Button type="submit" loading={form.saving}>
              {texts.newRecoveryCodes}
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}
