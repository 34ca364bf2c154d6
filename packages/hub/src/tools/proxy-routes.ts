import { Readable } from 'node:stream';
import { toolId } from '@lockkeeper/contract';
import { assertToolPath, ToolError, type ToolRequest, toolMethods } from '@lockkeeper/tool';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { HubError } from '../http/hub-error.ts';
import { principalOf } from '../http/principal.ts';
import type { ProxyService } from './proxy-service.ts';

const MEBIBYTE = 1024 * 1024;
/** Everything else a client sends is between it and us. */
const forwarded = [
  'accept',
  'content-type',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'idempotency-key',
];
/** Everything else the tool answers is between it and the MID Server; cookies above all. */
const returned =
  /^(content-type|content-encoding|content-language|etag|last-modified|location|link|retry-after|allow|x-.+)$/;

const params = z.object({ id: toolId, '*': z.string() });
const method = z.enum(toolMethods);

/** `/api/v1/tools/{id}/proxy/…`: an authenticated call at the tool, for callers that never see the token. */
export function registerProxyRoutes(app: HttpApp, proxy: ProxyService): void {
  app.register(async (scope: HttpApp) => {
    // The body is the tool's business: any type, passed on as it comes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.route({
      method: [...toolMethods],
      url: '/api/v1/tools/:id/proxy/*',
      bodyLimit: 100 * MEBIBYTE,
      schema: { hide: true, params },
      handler: (request, reply) => relay(proxy, request, reply, request.params.id),
    });
  });
}

async function relay(
  proxy: ProxyService,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
): Promise<FastifyReply> {
  const gone = new AbortController();
  request.raw.once('close', () => {
    if (!request.raw.complete) gone.abort();
  });
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const response = await proxy.call(
    id,
    toToolRequest(request, id),
    { principal: principalOf(request), requestId: request.id },
    gone.signal,
  );
  for (const [name, value] of response.headers) if (returned.test(name)) reply.header(name, value);
  return (
    reply
      .code(response.status)
      // What others wrote at the tool must never run as a page of ours.
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('content-disposition', 'attachment')
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .send(Readable.from(response.body, { objectMode: false }))
  );
}

function toToolRequest(request: FastifyRequest, id: string): ToolRequest {
  // Not the router's parameter: that is decoded, and the path must reach the tool as it was sent.
  const [address = '', ...query] = request.url.split('?');
  const path = address.slice(`/api/v1/tools/${id}/proxy`.length);
  try {
    assertToolPath(path);
  } catch (error) {
    if (error instanceof ToolError) throw new HubError('tool.path_refused', { detail: error.message });
    throw error;
  }
  const headers = Object.fromEntries(
    forwarded.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
  return {
    method: method.parse(request.method),
    path,
    query: query.join('?'),
    headers,
    ...(request.body instanceof Readable ? { body: request.body } : {}),
  };
}
