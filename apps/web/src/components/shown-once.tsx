import { CopyButton } from './copy-button.tsx';
import classes from './shown-once.module.css';

const hashOnly = 'Shown this once. Copy it now: only its hash is kept here.';

export interface ShownOnceProps {
  label: string;
  value: string;
  /** Where more than a hash is kept, or there is more to say. */
  help?: string;
}

/** A new secret, whole, with a copy button: it cannot be read again after the dialog is closed. */
export function ShownOnce({ label, value, help = hashOnly }: ShownOnceProps) {
  return (
    <div>
      <div className={classes.label}>{label}</div>
      <div className={classes.box}>
        <code className={classes.value}>{value}</code>
        <CopyButton value={value} what={label} />
      </div>
      <p className={classes.help}>{help}</p>
    </div>
  );
}
