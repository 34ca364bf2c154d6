import { assertToolPath } from '@lockkeeper/tool';
import type { MidServerCalls } from '../mid-servers/mid-server-calls.ts';
import type { CallThroughMidServer } from './tool-calls.ts';

/** The tool's base path is ours to add: an agent knows origins, not what lies below them. */
export function createCallThroughMidServer(calls: Pick<MidServerCalls, 'rest'>): CallThroughMidServer {
  return async (target, request, signal) => {
    assertToolPath(request.path);
    const base = new URL(target.baseUrl);
    const answer = await calls.rest({
      toolId: target.toolId,
      credentialId: target.credentialId,
      midServerId: target.midServerId ?? 'any',
      actor: target.actor,
      origin: base.origin,
      method: request.method,
      path: base.pathname.replace(/\/$/, '') + request.path,
      query: request.query ?? '',
      headers: request.headers ?? {},
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
    });
    return { ...answer, headers: new Headers(answer.headers) };
  };
}
