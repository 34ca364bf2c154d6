import type { FieldProblem } from '@lockkeeper/contract';
import { HubError } from '../http/hub-error.ts';

/** Somebody else saved in between. */
export function changedMeanwhile(): HubError {
  return new HubError('record.changed', {
    detail: 'Nothing was saved. Load the record again, and repeat your change.',
  });
}

/** @param conflictingId the record that has the name, for a link */
export function nameTaken(message: string, conflictingId: string | undefined, cause: unknown): HubError {
  return new HubError('record.name_taken', {
    detail: 'Nothing was saved.',
    errors: [nameProblem(message, conflictingId)],
    cause,
  });
}

export function nameProblem(message: string, conflictingId: string | undefined): FieldProblem {
  return { field: 'name', code: 'taken', message, ...(conflictingId === undefined ? {} : { conflictingId }) };
}
