import type { ReactNode } from 'react';
import { Logo } from '../../components/logo.tsx';
import { common } from '../../texts/common.ts';
import classes from './entrance.module.css';

/** The frame of the pages before somebody is signed in. */
export function Entrance({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className={classes.page}>
      <div className={classes.head}>
        <Logo />
        <span className={classes.product}>{common.product}</span>
        <span className={classes.host}>{window.location.host}</span>
      </div>
      <div className={classes.card}>
        <h1>{title}</h1>
        {lead !== undefined && <p>{lead}</p>}
        {children}
      </div>
    </main>
  );
}
