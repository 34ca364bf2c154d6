import { Button, Group, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Card } from '../../components/card.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { done } from '../../components/toast.tsx';
import { anything, api } from '../../lib/api.ts';
import { accountTexts as texts } from '../../texts/account.ts';
import classes from './account.module.css';

const empty = { currentPassword: '', newPassword: '' };

/** Changes the person's own password. */
export function PasswordCard() {
  const client = useQueryClient();
  const form = useRecordForm<typeof empty, true>({
    values: empty,
    labels: { currentPassword: texts.currentPassword, newPassword: texts.newPassword },
    send: async (values) => {
      await api.put('/session/password', values, anything);
      return true;
    },
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await form.save())) return;
    form.set(empty);
    done(texts.passwordChanged);
    void client.invalidateQueries({ queryKey: ['/sessions'] });
  };
  return (
    <Card title={texts.passwordTitle}>
      <form className={classes.stack} onSubmit={(event) => void submit(event)} noValidate>
        <ErrorSummary form={form} />
        <PasswordInput {...form.text('currentPassword')} autoComplete="current-password" required />
        <PasswordInput
          {...form.text('newPassword')}
          description={texts.newPasswordHelp}
          autoComplete="new-password"
          required
        />
        <Group>
          <Button type="submit" variant="default" loading={form.saving}>
            {texts.changePassword}
          </Button>
        </Group>
      </form>
    </Card>
  );
}
