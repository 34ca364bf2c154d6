export type EmbeddedPostgresProblem =
  | 'unsupported-platform'
  | 'folder-not-writable'
  | 'folder-not-traversable'
  | 'folder-in-use'
  | 'other-version'
  | 'not-initialised'
  | 'not-started';

/** The message is one line for the person who started Lockkeeper: what is wrong and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresProblem;

  constructor(code: EmbeddedPostgresProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
