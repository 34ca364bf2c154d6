import { TestClient } from '@lockkeeper/testing';
import type { Random } from '../random.ts';
import type { Instance } from '../world.ts';

/** A person who waits longer reloads the page. */
const PATIENCE_MS = 10_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what is looked into is what the API promises
  readonly json: any;
  readonly text: string;
}

/** A caller who knows every instance, and asks any of them that seems to be there. */
export class Client {
  readonly #client: TestClient;
  readonly #instances: readonly Instance[];
  readonly #random: Random;

  constructor(instances: readonly Instance[], headers: Record<string, string>, random: Random) {
    this.#client = new TestClient('http://unused.invalid', headers);
    this.#instances = instances;
    this.#random = random;
  }

  /** Undefined: no answer came, and nobody knows what was done. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer | undefined> {
    try {
      const response = await this.#client.fetch(new URL(path, this.#anyInstance().url).href, {
        method,
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
    } catch {
      return undefined;
    }
  }

  #anyInstance(): Instance {
    const ready = this.#instances.filter(({ isReady }) => isReady);
    return this.#random.oneOf(ready.length > 0 ? ready : this.#instances);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
