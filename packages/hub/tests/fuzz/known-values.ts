const idShape = /^([a-z]+)_[0-9A-HJKMNP-TV-Z]{26}$/;
const MOST_OF_A_KIND = 12;

/**
 * What is known of the instance: ids by their prefix, and values by the name of their field, in the order in which they
 * turned up. A request names them by a place (`{{id:cred:3}}`), so that a plan is the same whatever the ids are.
 */
export class KnownValues {
  readonly #ids = new Map<string, string[]>();
  readonly #fields = new Map<string, string[]>();
  readonly #protected = new Set<string>();

  /** Never named: whoever asks must not lose what they ask with. */
  protect(id: string): void {
    this.#protected.add(id);
    for (const [prefix, ids] of this.#ids) {
      this.#ids.set(
        prefix,
        ids.filter((each) => each !== id),
      );
    }
  }

  /** Reads an answer, or a body that was accepted, for what later requests may name. */
  learn(value: unknown, field = ''): void {
    if (typeof value === 'string') {
      const prefix = idShape.exec(value)?.[1];
      if (prefix !== undefined) add(this.#ids, prefix, value, this.#protected);
      else if (value !== '' && value.length < 2000) add(this.#fields, field, value, this.#protected);
    } else if (Array.isArray(value)) for (const each of value.slice(0, 5)) this.learn(each, field);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) this.learn(each, name);
    }
  }

  /** Puts real values where a plan has places. */
  resolve(text: string, write = (value: string) => value): string {
    return text.replaceAll(/\{\{(id|field):([\w-]+):(\d+)\}\}/g, (_place, kind, name: string, index) => {
      const values = (kind === 'id' ? this.#ids : this.#fields).get(name) ?? [];
      const value = values[Number(index) % Math.max(values.length, 1)];
      return write(value ?? (kind === 'id' ? `${name}_01ARZ3NDEKTSV4RRFFQ69G5FAV` : `some ${name}`));
    });
  }
}

function add(into: Map<string, string[]>, key: string, value: string, except: ReadonlySet<string>): void {
  const values = into.get(key) ?? [];
  if (values.includes(value) || except.has(value)) return;
  // The first stay, the newest replaces the one before it: both what lasts and what was just made can be named.
  if (values.length < MOST_OF_A_KIND) values.push(value);
  else values[MOST_OF_A_KIND - 1] = value;
  into.set(key, values);
}
