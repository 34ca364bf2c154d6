import { isReadingMethod, type ToolRequest, type ToolResponse } from '@lockkeeper/tool';
import type { AuditLog } from '../access/audit-log.ts';
import type { Db } from '../db/database.ts';
import { HubError } from '../http/hub-error.ts';
import { actorOf, mayUseTool, mayWriteThrough, type Principal } from '../http/principal.ts';
import { asToolError } from './as-tool-error.ts';
import type { ToolAccess } from './tool-access.ts';
import type { Asker } from './tool-service.ts';

export interface ProxyService {
  /**
   * One call at the tool with its credential; whatever the tool answers is an answer.
   * @throws HubError `access.denied`, `tool.write_refused`, `tool.not_connected`, `tool.throttled`, `tool.unreachable`
   */
  call(toolId: string, request: ToolRequest, asker: Asker, signal: AbortSignal): Promise<ToolResponse>;
}

export function createProxyService(options: {
  readonly db: Db;
  readonly access: ToolAccess;
  readonly audit: AuditLog;
}): ProxyService {
  const { db, access, audit } = options;
  return {
    async call(toolId, request, { principal, requestId }, signal) {
      authorize(principal, toolId, request.method);
      const open = await access.open(toolId, actorOf(principal));
      const { tool } = open;
      if (!tool.connected) {
        throw new HubError('tool.not_connected', {
          detail: 'The connection was not tested, or the test failed.',
          remedy: ['Open the tool and press **Connect**'],
        });
      }
      if (!isReadingMethod(request.method)) {
        await audit.record(
          {
            actor: actorOf(principal),
            action: 'tool.called',
            subject: { type: 'tool', id: tool.id, name: tool.name },
            // Without the query: it may hold what people search for.
            summary: `called ${request.method} ${request.path} at the tool ${tool.name}`,
            requestId,
          },
          db,
        );
      }
      try {
        return await open.call(request, signal);
      } catch (error) {
        signal.throwIfAborted();
        // What a MID Server says of itself is told as it is.
        if (error instanceof HubError) throw error;
        const failure = asToolError(error);
        if (failure === undefined) throw error;
        if (failure.kind !== 'throttled' || failure.retryAt === undefined) {
          throw new HubError('tool.unreachable', { detail: failure.message, cause: error });
        }
        await access.noteThrottled(toolId, failure.retryAt);
        const seconds = Math.max(1, Math.ceil((failure.retryAt.getTime() - access.now().getTime()) / 1000));
        throw new HubError('tool.throttled', {
          detail: failure.message,
          headers: { 'retry-after': String(seconds) },
        });
      }
    },
  };
}

function authorize(principal: Principal, toolId: string, method: string): void {
  if (!mayUseTool(principal, toolId)) {
    throw new HubError('access.denied', { detail: 'This API key does not name the tool.' });
  }
  if (!isReadingMethod(method) && !mayWriteThrough(principal, toolId)) {
    throw new HubError('tool.write_refused', {
      detail: 'Allow it on the API key, if it shall change things at the tool.',
    });
  }
}
