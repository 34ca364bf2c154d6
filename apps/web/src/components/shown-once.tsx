import { CopyButton } from './copy-button.tsx';
import classes from './shown-once.module.css';

/** A new secret, whole, with a copy button: it cannot be read again after the dialog is closed. */
export function ShownOnce({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <div className={classes.label}>{label}</div>
      <div className={classes.box}>
        <code className={classes.value}>{value}</code>
        <CopyButton value={value} what={label} />
      </div>
      <p className={classes.help}>Shown this once. Copy it now: only its hash is kept here.</p>
    </div>
  );
}
