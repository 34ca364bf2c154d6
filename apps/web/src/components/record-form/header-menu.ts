import type { TablerIcon } from '@tabler/icons-react';

/** An item of the menu of a record's header. */
export interface HeaderMenuItem {
  label: string;
  icon: TablerIcon;
  run: () => void;
  /** Such as `Ctrl S`. */
  keys?: string;
  tone?: 'bad';
  /** Draws a line above. */
  startsGroup?: boolean;
}
