import { Button } from '@mantine/core';
import { problemOf } from '../lib/problem-of.ts';
import { AppLink } from './app-link.tsx';
import { ListPage } from './list-page.tsx';
import { LoadingRows } from './loading-rows.tsx';
import { ProblemPanel } from './problem-panel.tsx';

export interface RecordStatusProps {
  /** "Application Registry" */
  what: string;
  listHref: string;
  query: { error: unknown; refetch: () => unknown };
}

/** In place of a record that is on its way, does not exist, or could not be read. */
export function RecordStatus({ what, listHref, query }: RecordStatusProps) {
  if (query.error === null) {
    return (
      <ListPage title={what}>
        <LoadingRows what={what} rows={6} />
      </ListPage>
    );
  }
  const gone = problemOf(query.error).status === 404;
  return (
    <ListPage title={gone ? `There is no such ${what}` : what}>
      {gone ? (
        <>
          <p>It was deleted, or the address is wrong. Audit Entries tell an administrator which.</p>
          <Button component={AppLink} href={listHref}>
            Back to the list
          </Button>
        </>
      ) : (
        <ProblemPanel error={query.error} onRetry={() => void query.refetch()} />
      )}
    </ListPage>
  );
}
