import { type FieldProblem, type ProblemCode, problemCatalogue } from '@lockkeeper/contract';

export interface HubErrorDetails {
  /** One or two sentences for the person who reads the answer: what happened, what to change. No secrets. */
  detail?: string;
  errors?: FieldProblem[];
  /** What to do, step by step. */
  remedy?: string[];
  /** Sent with the answer, such as `retry-after`. */
  headers?: Record<string, string>;
  /** Logged, never sent. */
  cause?: unknown;
}

/** An error that the caller can do something about. Everything else is ours and becomes a 500. */
export class HubError extends Error {
  readonly code: ProblemCode;
  readonly details: HubErrorDetails;

  constructor(code: ProblemCode, details: HubErrorDetails = {}) {
    super(details.detail ?? problemCatalogue[code].title, { cause: details.cause });
    this.name = 'HubError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return problemCatalogue[this.code].status;
  }
}

/** Bad input that only the domain can see, in the form that a schema's refusal has. */
export function invalidField(field: string, message: string, code = 'invalid'): HubError {
  return invalidFields([{ field, code, message }]);
}

export function invalidFields(errors: FieldProblem[]): HubError {
  return new HubError('request.invalid', { errors, detail: 'Nothing was saved.' });
}

/** @throws HubError `record.unknown` when the record is absent */
export function found<Row>(row: Row | undefined, noun: string): Row {
  if (row === undefined) throw new HubError('record.unknown', { detail: `This ${noun} does not exist.` });
  return row;
}
