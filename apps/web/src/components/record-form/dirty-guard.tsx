import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

/** Asks before typed changes are left behind, inside the application and when the tab closes. */
export function DirtyGuard({ dirty }: { dirty: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: dirty,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Modal opened onClose={blocker.reset} title="Leave without saving?" centered>
      What you typed on this page is not saved yet. It is lost when you leave.
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={blocker.proceed}>
          Leave
        </Button>
        <Button data-autofocus onClick={blocker.reset}>
          Stay
        </Button>
      </Group>
    </Modal>
  );
}
