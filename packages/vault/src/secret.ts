import { inspect } from 'node:util';

const PRINTED = '[secret]';

/**
 * A value that never prints: string conversion, JSON, `util.inspect` and template strings give `[secret]`.
 * Only {@link Secret.reveal} returns it, so that a search for `reveal(` finds every place that may leak.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [inspect.custom](): string {
    return PRINTED;
  }
}
