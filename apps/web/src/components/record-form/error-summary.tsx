import { useEffect, useRef } from 'react';
import { ApiError } from '../../lib/api.ts';
import { fieldsNeedAChange } from '../../texts/common.ts';
import { Callout } from '../callout.tsx';
import { ProblemPanel } from '../problem-panel.tsx';
import type { FieldLabels, FormFailure } from './form-failure.ts';
import classes from './record-form.module.css';

export interface ErrorSummaryProps {
  form: {
    failure: FormFailure | null;
    attempts: number;
    labels: FieldLabels;
    idOf: (name: string) => string;
  };
}

/** What kept the form from being saved, with a link to each field; takes the focus when it appears. */
export function ErrorSummary({ form: { failure, attempts, labels, idOf } }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempts > 0) box.current?.focus();
  }, [attempts]);
  if (failure === null) return null;
  return (
    <div ref={box} tabIndex={-1} className={classes.summary} data-error-summary>
      {failure.fields.length > 0 && (
        <Callout
          tone="bad"
          role="alert"
          title={`Nothing was saved. ${fieldsNeedAChange(failure.fields.length)}`}
        >
          <ul>
            {failure.fields.map(({ field, message }) => (
              <li key={field}>
                <a
                  href={`#${idOf(field)}`}
                  onClick={(event) => {
                    event.preventDefault();
                    document.getElementById(idOf(field))?.focus();
                  }}
                >
                  {labels[field]}
                </a>
                : {message}
              </li>
            ))}
          </ul>
        </Callout>
      )}
      {failure.problem !== null && <ProblemPanel error={new ApiError(failure.problem)} />}
    </div>
  );
}
