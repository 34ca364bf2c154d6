import { type EnrolmentTokenCreated, enrolmentTokenCreated } from '@lockkeeper/contract';
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Callout } from '../../components/callout.tsx';
import { CommandLine } from '../../components/command-line.tsx';
import { ProblemPanel } from '../../components/problem-panel.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { api } from '../../lib/api.ts';
import { longDateTime } from '../../lib/time.ts';
import { useNarrow } from '../../lib/viewport.ts';
import { common } from '../../texts/common.ts';
import { midServers as texts } from '../../texts/mid-servers.ts';
import classes from './enrolment-dialog.module.css';

/** Makes a one-time token and shows it, with the command to run on the host, this once. */
export function EnrolmentDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const narrow = useNarrow();
  const [name, setName] = useState('');
  const creation = useMutation({
    mutationFn: () =>
      api.post(
        '/mid-servers/enrolment-tokens',
        name.trim() === '' ? {} : { name: name.trim() },
        enrolmentTokenCreated,
      ),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['/mid-servers/enrolment-tokens'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creation.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.newToken}
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={!creation.data}
    >
      {creation.data ? (
        <Created created={creation.data} onClose={onClose} />
      ) : (
        <form onSubmit={submit} className={classes.stack}>
          <TextInput
            label="Name"
            description="What the MID Server will be called. Left empty, it takes its host’s name."
            value={name}
            maxLength={120}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {creation.error && <ProblemPanel error={creation.error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" loading={creation.isPending}>
              Make token
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  );
}

function Created({ created, onClose }: { created: EnrolmentTokenCreated; onClose: () => void }) {
  return (
    <div className={classes.stack}>
      <ShownOnce label="Enrolment token" value={created.token} />
      <div>
        <div className={classes.label}>{texts.steps.run[0]}</div>
        <CommandLine command={created.command} wrap />
        <p className={classes.help}>{texts.steps.run[1]}</p>
      </div>
      <Callout tone="info">
        Works once, until {longDateTime(new Date(created.enrolmentToken.expiresAt))} UTC. The server then
        appears in the list as not validated: compare its fingerprint there.
      </Callout>
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </div>
  );
}
