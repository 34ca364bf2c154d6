import type { ReactNode } from 'react';
import classes from './figures.module.css';

export interface Figure {
  label: string;
  value: ReactNode;
  detail?: ReactNode;
}

/** A few numbers side by side: label, value, what it means. They change in place. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map(({ label, value, detail }) => (
        <div key={label} className={classes.figure}>
          <dt>{label}</dt>
          <dd className={classes.value}>{value}</dd>
          {detail !== undefined && <dd className={classes.detail}>{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
