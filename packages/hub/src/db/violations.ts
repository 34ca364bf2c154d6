import { DatabaseError } from 'pg';

/** A row with this value is there already; the name of the unique index, if it is such an error. */
export function violatedUniqueIndex(error: unknown): string | undefined {
  return error instanceof DatabaseError && error.code === '23505' ? error.constraint : undefined;
}

/** A value is none of the type that it is compared with (class 22 of the SQL standard). */
export function isDataException(error: unknown): boolean {
  return error instanceof DatabaseError && error.code?.startsWith('22') === true;
}

/** Another row still refers to this one, or the row referred to does not exist. */
export function isReferenceViolation(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '23503';
}
