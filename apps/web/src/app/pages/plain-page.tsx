import type { ReactNode } from 'react';
import { usePageFrame } from '../../lib/page-frame.tsx';
import classes from './plain-page.module.css';

/** A page that only says something: what happened, what to do. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  usePageFrame({ crumbs: [], title });
  return (
    <div className={classes.page}>
      <h1>{title}</h1>
      {children}
    </div>
  );
}
