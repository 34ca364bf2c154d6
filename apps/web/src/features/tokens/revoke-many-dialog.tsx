import { type ApplicationRegistryId, applicationRegistry, managedToken } from '@lockkeeper/contract';
import { Button, Group, Modal, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { ReferenceField } from '../../components/reference-field.tsx';
import { paths } from '../../lib/paths.ts';
import { useListPage } from '../../lib/query.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { tokenTexts as texts } from '../../texts/tokens.ts';
import { useRevoke } from './use-revoke.ts';

export interface RevokeManyDialogProps {
  onRevoked: (revocationId: string) => void;
  onClose: () => void;
}

/** The kill switch: all tokens of one Application Registry, or of the whole instance. */
export function RevokeManyDialog({ onRevoked, onClose }: RevokeManyDialogProps) {
  const [which, setWhich] = useState<'registry' | 'all'>('registry');
  const [registryId, setRegistryId] = useState<ApplicationRegistryId | null>(null);
  const [complaint, setComplaint] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const revoke = useRevoke();
  const isChosen = which === 'all' || registryId !== null;
  const count = useCount(which === 'all' ? undefined : registryId, isChosen);

  const run = async () => {
    if (which === 'registry' && registryId === null) return setComplaint(texts.registryNeeded);
    setBusy(true);
    const revocation = await revoke(
      which === 'registry' && registryId !== null
        ? { which: 'matching', filter: { applicationRegistryId: registryId } }
        : { which: 'all' },
    );
    setBusy(false);
    if (revocation !== undefined) onRevoked(revocation.id);
  };

  return (
    <Modal opened onClose={onClose} title={texts.revokeManyTitle} fullScreen={useNarrow()}>
      <Stack gap="md">
        <Radio.Group
          label={texts.revokeManyOf}
          value={which}
          onChange={(value) => setWhich(value === 'all' ? 'all' : 'registry')}
        >
          <Stack gap="0.625rem" mt="0.5rem">
            <Radio value="registry" label={texts.ofRegistry} />
            <Radio value="all" label={texts.everyToken} />
          </Stack>
        </Radio.Group>
        {which === 'registry' && (
          <ReferenceField
            id="revoke-registry"
            label={texts.registry}
            path={paths.registries}
            schema={applicationRegistry}
            required
            value={registryId}
            valueName={undefined}
            onChange={(_id, row) => {
              setRegistryId(row?.id ?? null);
              setComplaint(undefined);
            }}
            error={complaint}
          />
        )}
        <div role="status">{isChosen && count !== undefined && <strong>{texts.count(count)}</strong>}</div>
        <div>{texts.revokeBody}</div>
      </Stack>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button color="red.8" loading={busy} onClick={() => void run()}>
          {texts.revokeVerb}
        </Button>
      </Group>
    </Modal>
  );
}

/** How many tokens would end. */
function useCount(applicationRegistryId: string | null | undefined, enabled: boolean): number | undefined {
  const every = useListPage(paths.tokens, managedToken, { applicationRegistryId, limit: 1 }, { enabled });
  const ended = useListPage(
    paths.tokens,
    managedToken,
    { applicationRegistryId, state: 'revoked', limit: 1 },
    { enabled },
  );
  if (every.data === undefined || ended.data === undefined) return undefined;
  return every.data.total - ended.data.total;
}
