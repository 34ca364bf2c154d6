import { signingKey } from '@lockkeeper/contract';
import { Button, Group, Modal, Textarea } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { ErrorSummary } from '../../components/record-form/error-summary.tsx';
import { useRecordForm } from '../../components/record-form/use-record-form.ts';
import { done } from '../../components/toast.tsx';
import { api } from '../../lib/api.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { registryTexts as texts } from '../../texts/application-registries.ts';
import { common } from '../../texts/common.ts';

const labels = { privateKey: texts.privateKey, kid: texts.keyId };
const empty = { privateKey: '', kid: '' };

export interface ImportKeyDialogProps {
  /** Of the registry's keys. */
  path: string;
  onClose: () => void;
  onImported: () => Promise<void>;
}

/** Brings a key pair that the provider has made. */
export function ImportKeyDialog({ path, onClose, onImported }: ImportKeyDialogProps) {
  const form = useRecordForm({
    values: empty,
    labels,
    check: ({ privateKey }) => (privateKey.trim() === '' ? { privateKey: 'must not be empty' } : {}),
    send: ({ privateKey, kid }) =>
      api.post(path, { privateKey, ...(kid.trim() === '' ? {} : { kid }) }, signingKey),
  });
  const submit = async () => {
    if ((await form.save()) === undefined) return;
    done(texts.keyMadeToast);
    await onImported();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={texts.importKeyTitle} size="lg" fullScreen={useNarrow()}>
      <p>{texts.importKeyLead}</p>
      <ErrorSummary form={form} />
      <Textarea
        {...form.text('privateKey')}
        description={texts.privateKeyField}
        withAsterisk
        aria-required
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
      />
      <MonoInput {...form.text('kid')} mt="md" description={texts.keyIdHelp} />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button onClick={() => void submit()} loading={form.saving}>
          {texts.importKeyVerb}
        </Button>
      </Group>
    </Modal>
  );
}
