import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

export interface EmptyStateProps {
  /** One sentence on what is missing. */
  children: ReactNode;
  /** One primary action, and at most one alternative. */
  action?: ReactNode;
}

export function EmptyState({ children, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <p>{children}</p>
      {action !== undefined && <div className={classes.actions}>{action}</div>}
    </div>
  );
}
