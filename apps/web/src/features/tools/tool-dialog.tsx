import type { Tool } from '@lockkeeper/contract';
import { Button, Group, Modal } from '@mantine/core';
import type { FormEvent } from 'react';
import { Callout } from '../../components/callout.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { done } from '../../components/toast.tsx';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import classes from './tool-dialog.module.css';
import { ToolFields } from './tool-fields.tsx';
import { useToolForm } from './use-tool-form.ts';

/** Changes a tool's name, credential, MID Server or address. */
export function ToolDialog({ tool, onClose }: { tool: Tool; onClose: () => void }) {
  const narrow = useNarrow();
  const form = useToolForm({ kind: tool.kind, defaultBaseUrl: tool.baseUrl }, tool);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await form.save()) {
      done(`${form.values.name} is saved.`);
      onClose();
    }
  };
  const needsConnect =
    form.values.credentialId !== tool.credentialId ||
    form.values.midServerId !== tool.midServerId ||
    form.values.baseUrl !== tool.baseUrl;
  return (
    <Modal opened onClose={onClose} title={`Edit ${tool.name}`} size="lg" fullScreen={narrow}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <ErrorSummary form={form} />
        <div className={classes.stack}>
          <ToolFields form={form} tool={tool} />
          {needsConnect && tool.state !== 'disconnected' && (
            <Callout tone="info">After this change the tool is Disconnected until the next Connect.</Callout>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={form.saving}>
              {common.save}
            </Button>
          </Group>
        </div>
      </form>
    </Modal>
  );
}
