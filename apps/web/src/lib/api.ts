import { type Page, type Problem, pageOf, problem as problemSchema } from '@lockkeeper/contract';
import { z } from 'zod';
import { announceSignedOut, askForStepUp } from './shell-requests.ts';

/** What the instance answered instead of what was asked for. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export type QueryValues = Record<string, string | number | boolean | null | undefined>;

interface RequestOptions {
  query?: QueryValues | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** `/credentials` and `{q: 'x', cursor: undefined}` become `/api/v1/credentials?q=x`. */
export function apiUrl(path: string, query: QueryValues = {}): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
  return `/api/v1${path}${given.length > 0 ? `?${search}` : ''}`;
}

/** Asks the person once to prove who they are where the instance wants it, and repeats the request then. */
async function answerTo(method: string, path: string, options: RequestOptions): Promise<Response> {
  // A POST repeated by an impatient network must not create a second record.
  const key = method === 'POST' ? newIdempotencyKey() : undefined;
  try {
    return await sendOnce(method, path, options, key);
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.code !== 'access.step_up_required') throw error;
    if (!(await askForStepUp())) throw error;
    return sendOnce(method, path, options, key);
  }
}

async function send(method: string, path: string, options: RequestOptions): Promise<unknown> {
  const response = await answerTo(method, path, options);
  return response.json().catch(() => undefined);
}

async function sendOnce(
  method: string,
  path: string,
  { query, body, signal }: RequestOptions,
  idempotencyKey: string | undefined,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(unreachable());
  }
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.status === 401 && path !== '/session') announceSignedOut();
  const told = problemSchema.safeParse(answer);
  throw new ApiError(told.success ? told.data : unexplained(response));
}

async function receive<Schema extends z.ZodType>(
  method: string,
  path: string,
  schema: Schema,
  options: RequestOptions,
): Promise<z.output<Schema>> {
  const answer = schema.safeParse(await send(method, path, options));
  if (answer.success) return answer.data;
  throw new ApiError({
    type: 'about:blank',
    status: 502,
    code: 'web.unexpected_answer',
    title: 'The instance answered something this page does not understand',
    detail: `Reload the page: it may be older than the instance. (${path}: ${answer.error.issues[0]?.path.join('.')})`,
    requestId: '',
  });
}

/** The REST API under /api/v1. Answers are parsed; everything else is an {@link ApiError}. */
export const api = {
  get: <Schema extends z.ZodType>(path: string, schema: Schema, options: Omit<RequestOptions, 'body'> = {}) =>
    receive('GET', path, schema, options),
  post: <Schema extends z.ZodType>(path: string, body: unknown, schema: Schema) =>
    receive('POST', path, schema, { body }),
  put: <Schema extends z.ZodType>(path: string, body: unknown, schema: Schema) =>
    receive('PUT', path, schema, { body }),
  patch: <Schema extends z.ZodType>(path: string, body: unknown, schema: Schema) =>
    receive('PATCH', path, schema, { body }),
  /** Expects no answer. */
  delete: async (path: string): Promise<void> => {
    await send('DELETE', path, {});
  },
  /** For a POST whose answer does not matter. */
  run: async (path: string, body?: unknown): Promise<void> => {
    await send('POST', path, { body });
  },
  /** A POST whose answer is a file. */
  file: async (path: string, body: unknown): Promise<Blob> => (await answerTo('POST', path, { body })).blob(),
  list: <Item extends z.ZodType>(
    path: string,
    item: Item,
    query?: QueryValues,
    signal?: AbortSignal,
  ): Promise<Page<z.output<Item>>> => receive('GET', path, pageOf(item), { query, signal }),
};

/** Schema for answers whose body is of no interest. */
export const anything = z.unknown();

function newIdempotencyKey(): string {
  // crypto.randomUUID exists in secure contexts only, and an instance on a private network may be plain http.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function unreachable(): Problem {
  return {
    type: 'about:blank',
    status: 0,
    code: 'web.unreachable',
    title: 'The instance did not answer',
    detail: 'Check the network, or whether the instance is running, and try again. Nothing was lost here.',
    requestId: '',
  };
}

function unexplained(response: Response): Problem {
  return {
    type: 'about:blank',
    status: response.status,
    code: 'web.unexplained',
    title: `The instance answered ${response.status}`,
    requestId: response.headers.get('x-request-id') ?? '',
  };
}
