import type { ReactNode } from 'react';
import classes from './card.module.css';

export interface CardProps {
  title?: ReactNode;
  /** Before the heading. */
  icon?: ReactNode;
  /** At the end of the heading's line: a link or a fact. */
  aside?: ReactNode;
  /** Without padding, for tables and lists. */
  flush?: boolean;
  /** A sunken line below: a sum and the button that acts on it. */
  footer?: ReactNode;
  children: ReactNode;
}

/** A framed part of a page: a hairline, no shadow, never inside another. */
export function Card({ title, icon, aside, flush = false, footer, children }: CardProps) {
  return (
    <section className={classes.card}>
      {title !== undefined && (
        <div className={classes.head}>
          {icon}
          <h2>{title}</h2>
          <div className={classes.aside}>{aside}</div>
        </div>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
      {footer && <div className={classes.foot}>{footer}</div>}
    </section>
  );
}
