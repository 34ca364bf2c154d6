import { IconTerminal2 } from '@tabler/icons-react';
import classes from './command-line.module.css';
import { CopyButton } from './copy-button.tsx';

interface CommandLineProps {
  command: string;
  /** False for the mere shape of a command. */
  copyable?: boolean;
  /** Shown in full, over several lines, instead of cut off. */
  wrap?: boolean;
}

/** A command to run elsewhere, with a button that copies it. */
export function CommandLine({ command, copyable = true, wrap = false }: CommandLineProps) {
  return (
    <div className={classes.line} data-wrap={wrap || undefined}>
      <IconTerminal2 size={16} className={classes.icon} aria-hidden />
      <code className={classes.command}>{command}</code>
      {copyable && <CopyButton value={command} what="command" />}
    </div>
  );
}
