import { problem } from '@lockkeeper/contract';
import type { z } from 'zod';
import { CommandProblem } from '../command-problem.ts';

/** The instance's REST API, as any program or browser reaches it. */
export class ApiClient {
  readonly #origin: string;
  readonly #headers: Record<string, string>;
  readonly #cookies = new Map<string, string>();

  private constructor(origin: string, headers: Record<string, string>) {
    this.#origin = origin;
    this.#headers = headers;
  }

  static withKey(publicUrl: URL, key: string): ApiClient {
    return new ApiClient(publicUrl.origin, { authorization: `Bearer ${key}` });
  }

  /** Keeps cookies, and says where its requests come from, as a browser on the instance's pages does. */
  static asBrowser(publicUrl: URL): ApiClient {
    return new ApiClient(publicUrl.origin, { origin: publicUrl.origin });
  }

  async get<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
    return schema.parse(await this.#json('GET', path));
  }

  async post<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.infer<T>> {
    return schema.parse(await this.#json('POST', path, body));
  }

  /** For an answer that nobody reads. */
  async send(method: string, path: string, body?: unknown): Promise<void> {
    await this.#json(method, path, body);
  }

  /** Opens a page as a browser does, following redirects within the instance. @returns the page's text */
  async open(url: string): Promise<string> {
    let next = new URL(url, this.#origin);
    for (let hops = 0; hops < 5; hops++) {
      if (next.origin !== this.#origin) throw new CommandProblem(`The instance redirects to ${next.origin}.`);
      const response = await this.#fetch(next.pathname + next.search, {
        method: 'GET',
        headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      });
      const text = await response.text();
      const location = response.headers.get('location');
      if (location === null) return text;
      next = new URL(location, next);
    }
    throw new CommandProblem('The instance redirects in a circle.');
  }

  async #json(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#fetch(`/api/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new CommandProblem(`${method} ${path}: ${explain(response.status, text)}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers({ ...this.#headers, ...(cookie === '' ? {} : { cookie }) });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const response = await fetch(new URL(path, this.#origin), { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/;\s*max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

function explain(status: number, text: string): string {
  try {
    const { title, detail, errors = [], remedy = [] } = problem.parse(JSON.parse(text));
    const fields = errors.map(({ field, message }) => `${field} ${message}`);
    return [`${status} ${title}`, detail, ...fields, ...remedy].filter(Boolean).join('. ');
  } catch {
    return `status ${status}`;
  }
}
