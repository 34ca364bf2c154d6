import type { ReactNode } from 'react';
import classes from './card.module.css';

export interface CardProps {
  title?: ReactNode;
  /** At the end of the heading's line: a link or a fact. */
  aside?: ReactNode;
  /** Without padding, for tables and lists. */
  flush?: boolean;
  children: ReactNode;
}

/** A framed part of a page: a hairline, no shadow, never inside another. */
export function Card({ title, aside, flush = false, children }: CardProps) {
  return (
    <section className={classes.card}>
      {title !== undefined && (
        <div className={classes.head}>
          <h2>{title}</h2>
          <div className={classes.aside}>{aside}</div>
        </div>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
