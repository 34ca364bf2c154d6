import { Button, Group, Modal, PasswordInput, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { SsoConfirmation } from '../../features/sign-in/sso-confirmation.tsx';
import { api } from '../../lib/api.ts';
import { useSession } from '../../lib/session.ts';
import { common } from '../../texts/common.ts';
import { shell } from '../../texts/shell.ts';
import classes from './step-up-dialog.module.css';

/** Asks for the person's password, or a code where they have a second factor. The form behind it stays as it is. */
export function StepUpDialog({ onAnswer }: { onAnswer: (confirmed: boolean) => void }) {
  const { confirmation } = useSession();
  const field = confirmation === 'code' ? 'code' : 'password';
  const form = useRecordForm({
    values: { password: '', code: '' },
    labels: { password: shell.yourPassword, code: shell.yourCode },
    check: (values) => (values[field] === '' ? { [field]: 'must not be empty' } : {}),
    send: async (values) => {
      await api.run('/session/confirmation', { [field]: values[field] });
      return true;
    },
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if ((await form.save()) === true) onAnswer(true);
  };
  return (
    <Modal opened onClose={() => onAnswer(false)} title={shell.confirmYou} zIndex={300}>
      <form onSubmit={submit} noValidate className={classes.form}>
        <ErrorSummary form={form} />
        <div>{shell.confirmYouWhy}</div>
        {confirmation === 'single_sign_on' ? (
          <SsoConfirmation onConfirmed={() => onAnswer(true)} />
        ) : field === 'code' ? (
          <TextInput {...form.text('code')} autoComplete="one-time-code" data-autofocus required />
        ) : (
          <PasswordInput {...form.text('password')} autoComplete="current-password" data-autofocus required />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={() => onAnswer(false)}>
            {common.cancel}
          </Button>
          {confirmation !== 'single_sign_on' && (
            <Button type="submit" loading={form.saving}>
              {shell.confirm}
            </Button>
          )}
        </Group>
      </form>
    </Modal>
  );
}
