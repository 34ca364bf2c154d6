import { Button, Group, Modal } from '@mantine/core';
import { ShownOnce } from '../../components/shown-once.tsx';
import { useNarrow } from '../../lib/viewport.ts';
import { eventTexts as texts } from '../../texts/event-subscriptions.ts';
import classes from './event-subscriptions.module.css';

/** A new signing secret, this once. */
export function SigningSecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const narrow = useNarrow();
  return (
    <Modal
      opened
      onClose={onClose}
      title={texts.secret}
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={false}
    >
      <div className={classes.stack}>
        <ShownOnce label={texts.secret} value={secret} help={texts.secretHelp} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{texts.done}</Button>
        </Group>
      </div>
    </Modal>
  );
}
