import classes from './plain-page.module.css';

/** Shown when a page takes longer than a moment to come. */
export function PendingPage() {
  return (
    <div className={classes.page} role="status">
      <p>Loading the page</p>
    </div>
  );
}
