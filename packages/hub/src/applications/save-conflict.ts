import { HubError } from '../http/hub-error.ts';

/** Somebody else saved in between. */
export function changedMeanwhile(): HubError {
  return new HubError('record.changed', {
    detail: 'Nothing was saved. Load the record again, and repeat your change.',
  });
}

/** @param conflictingId the record that has the name, for a link */
export function nameTaken(message: string, conflictingId: string | undefined, cause: unknown): HubError {
  const link = conflictingId === undefined ? {} : { conflictingId };
  return new HubError('record.name_taken', {
    detail: 'Nothing was saved.',
    errors: [{ field: 'name', code: 'taken', message, ...link }],
    cause,
  });
}
