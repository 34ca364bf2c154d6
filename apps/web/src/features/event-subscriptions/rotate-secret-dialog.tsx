import { type EventSubscription, eventSubscriptionWithSecret } from '@lockkeeper/contract';
import { Button, Group, Modal, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import classes from './event-subscriptions.module.css';
import { SigningSecretDialog } from './signing-secret-dialog.tsx';

/** Asks how long the present secret goes on signing, and shows the new one. */
export function RotateSecretDialog({ id, onClose }: Pick<EventSubscription, 'id'> & { onClose: () => void }) {
  const client = useQueryClient();
  const narrow = useNarrow();
  const [overlap, setOverlap] = useState<string>(texts.overlaps[0].value);
  const rotation = useMutation({
    mutationFn: () =>
      api.post(
        `${paths.eventSubscription(id)}/rotate-secret`,
        { overlapSeconds: Number(overlap) },
        eventSubscriptionWithSecret,
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: [paths.eventSubscriptions] }),
  });
  if (rotation.data) return <SigningSecretDialog secret={rotation.data.signingSecret} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={texts.rotateTitle} fullScreen={narrow}>
      <div className={classes.stack}>
        <p>{texts.rotateBody}</p>
        <Select
          label={texts.overlap}
          data={[...texts.overlaps]}
          value={overlap}
          onChange={(value) => setOverlap(value ?? overlap)}
          allowDeselect={false}
        />
        {rotation.error && <ProblemPanel error={rotation.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button loading={rotation.isPending} onClick={() => rotation.mutate()}>
            {texts.rotateVerb}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
