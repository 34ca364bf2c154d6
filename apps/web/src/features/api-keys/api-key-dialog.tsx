import {
  type ApiKeyCreated,
  apiKeyCreated,
  type Role,
  type ToolId,
  tool,
  toolId,
} from '@lockkeeper/contract';
import { Button, Checkbox, Group, Modal, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { ShownOnce } from '../../components/shown-once.tsx';
import { api } from '../../lib/api.ts';
import { useListPage } from '../../lib/query.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { RoleBoxes } from '../roles/role-boxes.tsx';
import classes from './api-key-dialog.module.css';

const labels = {
  name: 'Name',
  roles: 'Roles',
  toolIds: 'Tools',
  mayWrite: 'May write',
  addressRanges: 'Addresses',
  expiresAt: 'Expires',
};
const DAY = 24 * 60 * 60 * 1000;
const lives = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'never', label: 'Never' },
];

interface Values {
  name: string;
  roles: Role[];
  toolIds: ToolId[];
  mayWrite: boolean;
  addressRanges: string[];
  life: string;
}

/** Makes an API key and shows it this once. */
export function ApiKeyDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const narrow = useNarrow();
  const [created, setCreated] = useState<ApiKeyCreated>();
  const tools = useListPage('/tools', tool, { limit: 200 });
  const form = useRecordForm<Values, ApiKeyCreated>({
    values: { name: '', roles: ['integration'], toolIds: [], mayWrite: false, addressRanges: [], life: '90' },
    labels,
    check: ({ name, roles }) => ({
      ...(name.trim() === '' ? { name: 'must not be empty' } : {}),
      ...(roles.length === 0 ? { roles: 'Choose at least one role' } : {}),
    }),
    send: ({ life, ...values }) => {
      const expiresAt = life === 'never' ? null : new Date(Date.now() + Number(life) * DAY).toISOString();
      return api.post('/api-keys', { ...values, expiresAt }, apiKeyCreated);
    },
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await form.save();
    if (!answer) return;
    setCreated(answer);
    void client.invalidateQueries({ queryKey: ['/api-keys'] });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title="New API key"
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={!created}
    >
      {created ? (
        <div className={classes.stack}>
          <ShownOnce label="API key" value={created.key} />
          <p className={classes.help}>
            Programs send it as <code>Authorization: Bearer …</code> with every call to /api/v1.
          </p>
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </div>
      ) : (
        <form onSubmit={(event) => void submit(event)} noValidate>
          <ErrorSummary form={form} />
          <div className={classes.stack}>
            <TextInput {...form.text('name')} withAsterisk aria-required maxLength={120} data-autofocus />
            <RoleBoxes
              id={form.idOf('roles')}
              value={form.values.roles}
              onChange={(roles) => form.set({ roles })}
              error={form.errorOf('roles')}
            />
            <MultiSelect
              id={form.idOf('toolIds')}
              label="Tools"
              description="Whose API may be called with it. None by default."
              data={(tools.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              value={form.values.toolIds}
              onChange={(ids) => form.set({ toolIds: ids.map((id) => toolId.parse(id)) })}
              placeholder={form.values.toolIds.length === 0 ? 'None' : ''}
              searchable
              error={form.errorOf('toolIds')}
            />
            <Checkbox
              id={form.idOf('mayWrite')}
              label="May write through these tools"
              description="Without the tick only reading calls are let through."
              checked={form.values.mayWrite}
              disabled={form.values.toolIds.length === 0}
              onChange={(event) => form.set({ mayWrite: event.currentTarget.checked })}
            />
            <TagsInput
              id={form.idOf('addressRanges')}
              label="Addresses"
              description="Where it may be used from, such as 10.0.0.0/8. None means anywhere."
              value={form.values.addressRanges}
              onChange={(addressRanges) => form.set({ addressRanges })}
              error={form.errorOf('addressRanges') ?? rangeError(form.values.addressRanges, form.errorOf)}
            />
            <Select
              id={form.idOf('expiresAt')}
              label="Expires"
              data={lives}
              value={form.values.life}
              onChange={(life) => form.set({ life: life ?? '90' })}
              error={form.errorOf('expiresAt')}
            />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={onClose}>
                {common.cancel}
              </Button>
              <Button type="submit" loading={form.saving}>
                Make API key
              </Button>
            </Group>
          </div>
        </form>
      )}
    </Modal>
  );
}

/** The instance names the range that is wrong by its place; the field is one. */
function rangeError(ranges: readonly string[], errorOf: (name: string) => ReactNode): ReactNode {
  return ranges.map((_, index) => errorOf(`addressRanges.${index}`)).find((error) => error !== undefined);
}
