import type { ReactNode } from 'react';
import classes from './record-form.module.css';

export interface FormSectionProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** A group of fields under a heading, in two columns where there is room. */
export function FormSection({ title, lead, children }: FormSectionProps) {
  return (
    <section className={classes.section}>
      <h2>{title}</h2>
      {lead !== undefined && <p className={classes.lead}>{lead}</p>}
      <FormGrid>{children}</FormGrid>
    </section>
  );
}

/** Fields in two columns where there is room. */
export function FormGrid({ children }: { children: ReactNode }) {
  return <div className={classes.grid}>{children}</div>;
}

/** Space above a tick box that stands beside a field with its label above; none where there is one column. */
export const besideLabelled = { base: 0, sm: 26 };

/** A field over both columns. */
export function WideField({ children }: { children: ReactNode }) {
  return <div className={classes.wide}>{children}</div>;
}

/** A heading over fields that stand by themselves. */
export function FormHeading({ children }: { children: ReactNode }) {
  return <h2 className={classes.heading}>{children}</h2>;
}
