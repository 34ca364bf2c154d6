import type { z } from 'zod';
import type { ToolResponse } from './tool-call.ts';
import { ToolError } from './tool-error.ts';

const MEBIBYTE = 1024 * 1024;
/** A page of 100 of the largest objects known is under 2 MiB. */
export const maxJsonBytes = 16 * MEBIBYTE;

/**
 * Reads a body into memory, bounded.
 * @throws ToolError `malformed` when it is longer than `maxBytes`
 */
export async function readBytes(response: ToolResponse, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early closes the stream, so an endless body costs no more than the bound.
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > maxBytes) {
      throw new ToolError('malformed', `The tool's answer is longer than ${maxBytes} bytes.`, {
        status: response.status,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * Reads a JSON body and judges it by a schema. What the tool sent never becomes part of the message:
 * an HTML error page can hold data of the user who is signed in there.
 * @throws ToolError `malformed`
 */
export async function readJson<T extends z.ZodType>(
  response: ToolResponse,
  schema: T,
  maxBytes: number = maxJsonBytes,
): Promise<z.infer<T>> {
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    await discard(response);
    throw new ToolError('malformed', 'The tool answered with something other than JSON.', {
      status: response.status,
    });
  }
  const bytes = await readBytes(response, maxBytes);
  let value: unknown;
  try {
    value = parseStorable(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ToolError('malformed', 'The tool answered with broken JSON.', { status: response.status });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, 3)
    .map((issue) => issue.path.join('.') || '(the answer itself)');
  throw new ToolError(
    'malformed',
    `The tool's answer does not have the expected form: ${fields.join(', ')}.`,
    {
      status: response.status,
    },
  );
}

/**
 * JSON may hold NUL and halves of surrogate pairs, no database text may: they become U+FFFD, so that one
 * strange description does not stop a whole discovery.
 */
function parseStorable(text: string): unknown {
  if (!/\\u(0000|d[89a-f])/i.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '\ufffd') : value,
  );
}

/** Gives up a body after at most one piece of it, so that the connection behind it is free again. */
export async function discard(response: ToolResponse): Promise<void> {
  try {
    // Leaving a loop that began is what closes a Node stream; `return()` on an iterator not yet begun does not.
    for await (const _ of response.body) break;
  } catch {
    // The stream had already failed: there is nothing left to release.
  }
}
