import { type Exchange, transportError } from './exchange.ts';
import { foreignText, OAuthError } from './oauth-error.ts';

/** A JSON answer of an OAuth endpoint, read to its end within the limits. */
export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  /** `undefined` when there is no JSON object; only possible for a refusal. */
  readonly body: ReadonlyMap<string, unknown> | undefined;
}

/**
 * Reads an answer with bounded memory and time. What a compressed answer grows to counts, not what was sent.
 *
 * @throws OAuthError `redirected`, `answer_too_large`, `answer_incomplete`, `answer_not_json`, `answer_invalid`, `timeout`
 */
export async function readAnswer(response: Response, exchange: Exchange): Promise<Answer> {
  const { status } = response;
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await discard(response);
    throw new OAuthError(
      'redirected',
      'The provider answered with a redirect, which is never followed: secrets would travel along.',
      { httpStatus: status },
    );
  }
  const text = await readText(response, exchange);
  const isOk = status >= 200 && status < 300;
  const body = parseObject(response, text, isOk);
  return {
    status,
    retryAfterMs: retryAfterMs(response, exchange.requestedAt),
    requestId: requestIdOf(response),
    body,
  };
}

/** What providers call it in their answers. */
const requestIdHeaders = [
  'x-request-id',
  'request-id',
  'x-amzn-requestid',
  'x-ms-request-id',
  'x-correlation-id',
];

function requestIdOf({ headers }: Response): string | undefined {
  const name = requestIdHeaders.find((candidate) => headers.has(candidate));
  return name === undefined ? undefined : foreignText(headers.get(name));
}

/** Ends the connection without reading on. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

async function readText(response: Response, exchange: Exchange): Promise<string> {
  const outcomeUnknown = response.ok;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > exchange.maxAnswerBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    if (exchange.deadline.aborted) throw transportError(exchange, cause);
    throw new OAuthError('answer_incomplete', 'The connection ended in the middle of the answer.', {
      cause,
      outcomeUnknown,
      httpStatus: response.status,
    });
  }
  if (size > exchange.maxAnswerBytes) {
    throw new OAuthError('answer_too_large', `The answer is larger than ${exchange.maxAnswerBytes} bytes.`, {
      outcomeUnknown,
      httpStatus: response.status,
    });
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The members as a map: a member called `__proto__` is then a key like any other. */
function parseObject(response: Response, text: string, isOk: boolean): Answer['body'] {
  const facts = { outcomeUnknown: isOk, httpStatus: response.status };
  const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/([a-z0-9.-]+\+)?json$/.test(mediaType)) {
    if (!isOk) return undefined;
    throw new OAuthError('answer_not_json', 'The answer is not JSON.', facts);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (!isOk) return undefined;
    throw new OAuthError('answer_not_json', 'The answer says it is JSON but cannot be read as such.', facts);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  if (!isOk) return undefined;
  throw new OAuthError('answer_invalid', 'The answer is not a JSON object.', facts);
}

const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/** `Retry-After` as seconds or as a date (RFC 9110 §10.2.3); nonsense is ignored, the far future is cut to an hour. */
function retryAfterMs(response: Response, now: Date): number | undefined {
  const value = response.headers.get('retry-after')?.trim();
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : undefined;
}
