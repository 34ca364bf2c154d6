import classes from './key-cap.module.css';

/** A key of the keyboard. `Ctrl S` is one cap with both words. */
export function KeyCap({ children }: { children: string }) {
  return <kbd className={classes.cap}>{children}</kbd>;
}
