import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { common } from '../texts/common.ts';

/** Copies a value; `what` names it for screen readers, such as "Redirect URL". */
export function CopyButton({ value, what }: { value: string; what: string }) {
  const { copy, copied } = useClipboard();
  const label = copied ? common.copied : `${common.copy} ${what}`;
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" aria-label={label} onClick={() => copy(value)}>
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}
