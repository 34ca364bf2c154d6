import { ToolError, toolUrl } from '@lockkeeper/tool';
import { newId } from '../src/db/ids.ts';
import type { CallThroughMidServer } from '../src/tools/tool-calls.ts';

const midServer = { id: newId('midServer'), name: 'mid-test' };

/** Calls without a MID Server between: what a MID Server does is tested elsewhere. */
export function directCalls(token: () => string): CallThroughMidServer {
  return async (target, request, signal) => {
    const began = performance.now();
    try {
      const response = await fetch(toolUrl(target.baseUrl, request.path, request.query), {
        method: request.method,
        headers: { ...request.headers, authorization: `Bearer ${token()}` },
        redirect: 'manual',
        signal,
        ...(request.body === undefined ? {} : { body: await collect(request.body) }),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: response.body ?? nothing(),
        route: { midServer, instanceToMidServerMs: 0, midServerToToolMs: performance.now() - began },
      };
    } catch (error) {
      if (error instanceof TypeError) throw new ToolError('unreachable', 'Nobody answers.', { cause: error });
      throw error;
    }
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

export async function collect(
  body: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Uint8Array.from(Buffer.concat(chunks));
}
