import { Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { common } from '../texts/common.ts';

export interface Question {
  title: string;
  /** What happens, and what stays. */
  body: ReactNode;
  /** The verb on the button, such as "Revoke". */
  verb: string;
  /** `bad` for what cannot be undone. */
  tone?: 'bad';
}

/** `const [ask, dialog] = useConfirm()`: `await ask({…})` is true when the person confirmed; render `dialog`. */
export function useConfirm(): [(question: Question) => Promise<boolean>, ReactNode] {
  const [open, setOpen] = useState<{ question: Question; answer: (yes: boolean) => void } | null>(null);
  const ask = (question: Question) =>
    new Promise<boolean>((resolve) => {
      setOpen({
        question,
        answer: (yes) => {
          setOpen(null);
          resolve(yes);
        },
      });
    });
  const dialog = open && <ConfirmDialog {...open.question} onAnswer={open.answer} />;
  return [ask, dialog];
}

function ConfirmDialog({
  title,
  body,
  verb,
  tone,
  onAnswer,
}: Question & { onAnswer: (yes: boolean) => void }) {
  return (
    <Modal opened onClose={() => onAnswer(false)} title={title} centered>
      <div>{body}</div>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" data-autofocus onClick={() => onAnswer(false)}>
          {common.cancel}
        </Button>
        <Button {...(tone === 'bad' ? { color: 'red.8' } : {})} onClick={() => onAnswer(true)}>
          {verb}
        </Button>
      </Group>
    </Modal>
  );
}
