import { Button } from '@mantine/core';
import { problemOf } from '../lib/problem-of.ts';
import { common } from '../texts/common.ts';
import { Callout } from './callout.tsx';
import { Emphasis } from './emphasis.tsx';
import classes from './problem-panel.module.css';

/** A failed read: what happened, what to do, and the request's id for the administrator. */
export function ProblemPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  return (
    <Callout
      tone="bad"
      role="alert"
      title={`${problem.title}.`}
      action={
        onRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            {common.retry}
          </Button>
        )
      }
    >
      {problem.detail}
      {problem.remedy !== undefined && problem.remedy.length > 0 && (
        <ol>
          {problem.remedy.map((step) => (
            <li key={step}>
              <Emphasis text={step} />
            </li>
          ))}
        </ol>
      )}
      {problem.requestId !== '' && (
        <div className={classes.reference}>
          <span className="mono">{problem.code}</span> · request{' '}
          <span className="mono">{problem.requestId}</span>
        </div>
      )}
    </Callout>
  );
}
