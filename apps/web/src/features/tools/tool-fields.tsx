import { credential, credentialId, midServer, midServerId, type Tool } from '@lockkeeper/contract';
import { TextInput } from '@mantine/core';
import { MonoInput } from '../../components/mono-input.tsx';
import { ReferenceField } from '../../components/reference-field.tsx';
import { tools as texts } from '../../texts/tools.ts';
import type { ToolForm } from './use-tool-form.ts';

/** The fields of a tool's form. */
export function ToolFields({ form, tool }: { form: ToolForm; tool?: Tool }) {
  return (
    <>
      <TextInput {...form.text('name')} withAsterisk aria-required maxLength={120} data-autofocus />
      <ReferenceField
        id={form.idOf('credentialId')}
        label={texts.credential}
        path="/credentials"
        schema={credential}
        value={form.values.credentialId}
        valueName={tool?.credentialName}
        onChange={(id) => form.set({ credentialId: id === null ? null : credentialId.parse(id) })}
        required
        description="As whom the tool is called. Get OAuth Token on it first."
        error={form.errorOf('credentialId')}
      />
      <ReferenceField
        id={form.idOf('midServerId')}
        label={texts.midServer}
        path="/mid-servers"
        schema={midServer}
        value={form.values.midServerId}
        valueName={tool?.midServerName ?? undefined}
        onChange={(id) => form.set({ midServerId: id === null ? null : midServerId.parse(id) })}
        clearable
        placeholder={texts.anyMidServer}
        description="Every call runs through it. Left empty, any one that is up and validated and to which the credential applies."
        error={form.errorOf('midServerId')}
      />
      <MonoInput
        {...form.text('baseUrl')}
        withAsterisk
        description="Where the tool’s API answers. The credential is sent to this host only."
      />
    </>
  );
}
