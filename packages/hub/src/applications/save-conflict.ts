import type { FieldProblem } from '@lockkeeper/contract';
import { violatedUniqueIndex } from '../db/violations.ts';
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

export const registryNameTaken = 'Another Application Registry is called so already';

/** What the database refused of a registry, told as the field that needs a change; any other error as it is. */
export async function saveConflict(
  error: unknown,
  name: string,
  registries: { findByName(name: string): Promise<{ id: string } | undefined> },
): Promise<unknown> {
  switch (violatedUniqueIndex(error)) {
    case 'application_registries_name':
      return nameTaken(registryNameTaken, (await registries.findByName(name))?.id, error);
    case 'oauth_entity_profiles_name':
      return nameTaken(`The OAuth Entity Profile "${name} default_profile" exists already`, undefined, error);
    default:
      return error;
  }
}
