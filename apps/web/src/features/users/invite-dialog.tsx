import { type Invitation, invitation, type Role } from '@lockkeeper/contract';
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Callout } from '../../components/callout.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { ShownOnce } from '../../components/shown-once.tsx';
import { api } from '../../lib/api.ts';
import { longDateTime } from '../../lib/time.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { RoleBoxes } from '../roles/role-boxes.tsx';
import classes from './user-dialog.module.css';

const labels = { name: 'Name', email: 'E-mail', roles: 'Roles' };

/** Invites a person: the link is shown this once, and with it they choose their own password. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const narrow = useNarrow();
  const [invited, setInvited] = useState<Invitation>();
  const form = useRecordForm<{ name: string; email: string; roles: Role[] }, Invitation>({
    values: { name: '', email: '', roles: ['viewer'] },
    labels,
    check: ({ name, email, roles }) => ({
      ...(name.trim() === '' ? { name: 'must not be empty' } : {}),
      ...(email.includes('@') ? {} : { email: 'must be an e-mail address' }),
      ...(roles.length === 0 ? { roles: 'Choose at least one role' } : {}),
    }),
    send: (values) => api.post('/users/invitations', values, invitation),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const link = await form.save();
    if (!link) return;
    setInvited(link);
    void client.invalidateQueries({ queryKey: ['/users'] });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title="Invite a person"
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={!invited}
    >
      {invited ? (
        <div className={classes.stack}>
          <ShownOnce label="Invitation link" value={invited.url} />
          <Callout tone="info">
            Send it to {form.values.name} on a way that only they read. It works once, until{' '}
            {longDateTime(new Date(invited.expiresAt))} UTC, and they choose their own password with it.
          </Callout>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </div>
      ) : (
        <form onSubmit={(event) => void submit(event)} noValidate>
          <ErrorSummary form={form} />
          <div className={classes.stack}>
            <TextInput {...form.text('name')} withAsterisk aria-required maxLength={120} data-autofocus />
            <TextInput
              {...form.text('email')}
              withAsterisk
              aria-required
              type="email"
              autoComplete="off"
              maxLength={254}
            />
            <RoleBoxes
              id={form.idOf('roles')}
              value={form.values.roles}
              onChange={(roles) => form.set({ roles })}
              error={form.errorOf('roles')}
            />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={onClose}>
                {common.cancel}
              </Button>
              <Button type="submit" loading={form.saving}>
                Make invitation link
              </Button>
            </Group>
          </div>
        </form>
      )}
    </Modal>
  );
}
