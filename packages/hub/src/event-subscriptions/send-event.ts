import type { Fetch } from '@lockkeeper/oauth';
import type { Secret } from '@lockkeeper/vault';
import { AddressBlocked } from '../outbound/outbound-fetch.ts';
import { retryAfterMsOf } from './retry-schedule.ts';
import { signatureHeader } from './signing-secret.ts';

const SECOND = 1000;
const ATTEMPT_TIMEOUT_MS = 15 * SECOND;
/** Enough to recognise what answered. */
const MOST_ANSWER_BYTES = 1024;

export interface SendEventParts {
  readonly fetch: Fetch;
  readonly userAgent: string;
  readonly now: () => Date;
  readonly timeoutMs?: number | undefined;
}

export interface Receiver {
  readonly url: string;
  /** Each of them signs. */
  readonly secrets: readonly Secret[];
}

export interface SentAnswer {
  readonly at: Date;
  readonly status: number | null;
  /** null: it is delivered. */
  readonly error: string | null;
  /** The beginning of the body, with control characters made visible. */
  readonly body: string;
  readonly tookMs: number;
  readonly retryAfterMs: number | undefined;
}

/**
 * One request to a receiver, signed after Standard Webhooks. Never throws for what the receiver or the network does;
 * redirects are not followed.
 *
 * @param stop ends the attempt early
 * @throws the reason of `stop`
 */
export async function sendEvent(
  event: { id: string; message: string },
  { url, secrets }: Receiver,
  { fetch, userAgent, now, timeoutMs = ATTEMPT_TIMEOUT_MS }: SendEventParts,
  stop?: AbortSignal,
): Promise<SentAnswer> {
  const at = now();
  const timestamp = Math.floor(at.getTime() / SECOND);
  const startedMs = performance.now();
  const tookMs = () => Math.round(performance.now() - startedMs);
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'webhook-id': event.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureHeader({ id: event.id, timestamp, body: event.message }, secrets),
      },
      body: event.message,
      redirect: 'manual',
      signal,
    });
    const { status, headers } = response;
    const body = await beginningOf(response.body);
    const retryAfterMs = retryAfterMsOf(headers.get('retry-after'), at);
    return { at, status, error: complaintOf(status), body, tookMs: tookMs(), retryAfterMs };
  } catch (error) {
    stop?.throwIfAborted();
    const complaint = timeout.aborted ? `did not answer within ${timeoutMs / SECOND} s` : failureOf(error);
    return { at, status: null, error: complaint, body: '', tookMs: tookMs(), retryAfterMs: undefined };
  }
}

function complaintOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400)
    return `answered ${status}: redirects are not followed, subscribe the address it leads to`;
  if (status === 410) return 'answered 410: it wants no more events';
  return `answered ${status}`;
}

function failureOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof AddressBlocked) return `may not be called: ${cause.message}`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection lost';
  return `could not be reached: ${code}`;
}

/** What comes after that is not read: an answer is thanked for, not kept. */
async function beginningOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes < MOST_ANSWER_BYTES) {
      const { value, done } = await reader.read();
      if (done) break;
      chunks.push(value);
      bytes += value.length;
    }
  } catch {
    // The status has come; how the body ends does not matter.
  }
  reader.cancel().catch(() => {});
  return visible(Buffer.concat(chunks).subarray(0, MOST_ANSWER_BYTES).toString());
}

/** Of what a stranger wrote, nothing moves a cursor or hides text. */
function visible(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
