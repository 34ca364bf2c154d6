import { allowInsecureRequests, type CustomFetchOptions, customFetch } from 'oauth4webapi';
import { foreignText, OAuthError } from './oauth-error.ts';
import { TransportFailure } from './transport-failure.ts';

/** The part of fetch that we use, so that any implementation of it fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

export interface ExchangeOptions {
  readonly fetch: Fetch;
  readonly now: () => Date;
  /** For the whole exchange, from the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes?: number;
}

/** One request and its answer under one deadline and one limit of size. */
export interface Exchange {
  readonly fetch: Fetch;
  /** Taken before sending, so that a lifetime counted from here ends early rather than late. */
  readonly requestedAt: Date;
  readonly deadline: AbortSignal;
  readonly maxAnswerBytes: number;
}

const MAX_ANSWER_BYTES = 256 * 1024;

export function startExchange(options: ExchangeOptions): Exchange {
  return {
    fetch: options.fetch,
    requestedAt: options.now(),
    deadline: AbortSignal.timeout(options.timeoutMs),
    maxAnswerBytes: options.maxAnswerBytes ?? MAX_ANSWER_BYTES,
  };
}

/** How oauth4webapi is to send: through our fetch, never following a redirect, errors typed. */
export function requestOptions(exchange: Exchange) {
  return {
    [customFetch]: (url: string, init: CustomFetchOptions<'POST', URLSearchParams>) =>
      send(exchange, url, init),
    // Which addresses may be reached, and whether without TLS, is decided where the fetch comes from.
    [allowInsecureRequests]: true,
  };
}

/** @throws OAuthError `timeout`, `unreachable`, `address_blocked` */
export async function send(
  exchange: Exchange,
  url: string,
  init: { method: string; headers?: Record<string, string>; body?: URLSearchParams | undefined },
): Promise<Response> {
  try {
    return await exchange.fetch(url, {
      method: init.method,
      headers: init.headers ?? {},
      ...(init.body === undefined ? {} : { body: init.body.toString() }),
      redirect: 'manual',
      signal: exchange.deadline,
    });
  } catch (cause) {
    throw transportError(exchange, cause);
  }
}

export function transportError(exchange: Exchange, cause: unknown): OAuthError {
  if (cause instanceof TransportFailure) {
    return new OAuthError(cause.code, cause.message, { cause, outcomeUnknown: cause.wasSent });
  }
  if (exchange.deadline.aborted) {
    return new OAuthError('timeout', 'The provider did not answer in time.', { cause, outcomeUnknown: true });
  }
  const reason = errorCode(cause);
  if (reason === 'ERR_ADDRESS_BLOCKED') {
    const detail = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : undefined;
    return new OAuthError('address_blocked', detail ?? 'The address is not allowed.', { cause });
  }
  return new OAuthError(
    'unreachable',
    `The provider cannot be reached (${foreignText(reason) ?? 'no reason'}).`,
    {
      cause,
      outcomeUnknown: !isBeforeSending(reason),
    },
  );
}

/** Name resolution, connecting and TLS come before the request: after such an error nothing was sent. */
function isBeforeSending(reason: string): boolean {
  return (
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPROTO|UND_ERR_CONNECT_TIMEOUT)$/.test(
      reason,
    ) || /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/.test(reason)
  );
}

function errorCode(error: unknown): string {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; each = each.cause, depth++) {
    if ('code' in each && typeof each.code === 'string') return each.code;
    if (each instanceof AggregateError) return errorCode(each.errors[0]);
  }
  return '';
}
