import { type Role, type User, user as userSchema } from '@lockkeeper/contract';
import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { Callout } from '../../components/callout.tsx';
import { useConfirm } from '../../components/confirm.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { done, failed } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { useSession } from '../../lib/session.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { accountTexts } from '../../texts/account.ts';
import { common } from '../../texts/common.ts';
import { RoleBoxes } from '../roles/role-boxes.tsx';
import classes from './user-dialog.module.css';

const labels = { name: 'Name', roles: 'Roles', active: 'Active' };

/** Changes a person's name and roles, or shuts them out. */
export function UserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const client = useQueryClient();
  const narrow = useNarrow();
  const { user: self } = useSession();
  const [ask, question] = useConfirm();
  const form = useRecordForm<{ name: string; roles: Role[]; active: boolean }, User>({
    values: { name: user.name, roles: user.roles, active: user.active },
    labels,
    send: (values) => api.patch(`/users/${user.id}`, values, userSchema),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await form.save();
    if (!saved) return;
    void client.invalidateQueries({ queryKey: ['/users'] });
    done(`${saved.name} is saved.`);
    onClose();
  };
  const resetSecondFactor = async () => {
    const { resetTitle: title, resetBody: body, reset: verb } = accountTexts;
    if (!(await ask({ title, body, verb, tone: 'bad' }))) return;
    try {
      await api.post(`/users/${user.id}/reset-two-factor`, undefined, userSchema);
      void client.invalidateQueries({ queryKey: ['/users'] });
      done(accountTexts.resetDone(user.name));
      onClose();
    } catch (error) {
      failed(error);
    }
  };
  return (
    <Modal opened onClose={onClose} title={user.name} size="lg" fullScreen={narrow}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <ErrorSummary form={form} />
        <div className={classes.stack}>
          <TextInput {...form.text('name')} withAsterisk aria-required maxLength={120} />
          <TextInput label="E-mail" value={user.email} readOnly />
          <RoleBoxes
            id={form.idOf('roles')}
            value={form.values.roles}
            onChange={(roles) => form.set({ roles })}
            error={form.errorOf('roles')}
          />
          <Checkbox
            id={form.idOf('active')}
            label="Active"
            description="Without the tick they cannot sign in, and their sessions end at once."
            checked={form.values.active}
            onChange={(event) => form.set({ active: event.currentTarget.checked })}
          />
          {user.id === self.id && (
            <Callout tone="warn">This is you. Changing your roles takes effect at once.</Callout>
          )}
          <Group justify="flex-end" gap="sm">
            {user.twoFactor && (
              <Button variant="default" mr="auto" onClick={() => void resetSecondFactor()}>
                {accountTexts.reset}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={form.saving}>
              {common.save}
            </Button>
          </Group>
        </div>
      </form>
      {question}
    </Modal>
  );
}
