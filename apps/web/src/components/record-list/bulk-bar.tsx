import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './bulk-bar.module.css';
import type { BulkAction } from './column.ts';

export interface BulkBarProps<Row> {
  rows: readonly Row[];
  actions: readonly BulkAction<Row>[];
  onClear: () => void;
  children?: ReactNode;
}

/** What can be done with the selected rows; floats at the bottom while any are. */
export function BulkBar<Row>({ rows, actions, onClear, children }: BulkBarProps<Row>) {
  const run = async (action: BulkAction<Row>) => {
    if (await action.run(rows)) onClear();
  };
  return (
    <div className={classes.bar} role="toolbar" aria-label="Actions on the selected rows">
      <span className={classes.count} role="status">
        {rows.length} selected
      </span>
      {actions.map((action) => (
        <button key={action.label} type="button" data-tone={action.tone} onClick={() => void run(action)}>
          {action.icon} {action.label}
        </button>
      ))}
      {children}
      <button type="button" aria-label="Clear the selection" className={classes.clear} onClick={onClear}>
        <IconX size={16} />
      </button>
    </div>
  );
}
