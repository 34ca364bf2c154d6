import type { FieldProblem } from '@lockkeeper/contract';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { AppLink } from '../app-link.tsx';
import classes from './field-complaint.module.css';
import { fieldSentence } from './form-failure.ts';

export interface FieldComplaintProps {
  label: string;
  problem: FieldProblem;
  /** What the field holds. */
  value: unknown;
  onChange: (value: string) => void;
  /** Where the record that stands in the way is. */
  conflictHref: string | undefined;
}

/** What is wrong with a field, below it, with a way out where there is one. */
export function FieldComplaint({ label, problem, value, onChange, conflictHref }: FieldComplaintProps) {
  const upgradable =
    typeof value === 'string' && value.startsWith('http://') && problem.message.includes('https');
  return (
    <span className={classes.complaint}>
      <IconAlertTriangleFilled size={14} aria-hidden="true" className={classes.icon} />
      <span>
        {fieldSentence(label, problem.message)}{' '}
        {conflictHref !== undefined && <AppLink href={conflictHref}>Open the existing record</AppLink>}
        {upgradable && (
          <button type="button" onClick={() => onChange(`https://${value.slice('http://'.length)}`)}>
            Change to https://
          </button>
        )}
      </span>
    </span>
  );
}
