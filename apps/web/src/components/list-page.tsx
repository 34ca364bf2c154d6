import type { ReactNode } from 'react';
import classes from './list-page.module.css';

export interface ListPageProps {
  title: string;
  /** One sentence below the heading. */
  lead?: ReactNode;
  /** Buttons beside the heading; at most one filled. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with a heading and something below it: every page that is not a record. */
export function ListPage({ title, lead, actions, children }: ListPageProps) {
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <div className={classes.words}>
          <h1>{title}</h1>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        <div className={classes.actions}>{actions}</div>
      </div>
      {children}
    </div>
  );
}
