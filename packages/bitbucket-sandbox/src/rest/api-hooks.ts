import { createHash } from 'node:crypto';
import type { FastifyError, FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError, gone, notFound } from './api-error.ts';
import { selectFields } from './fields.ts';

const fieldsSchema = z.object({ fields: z.string().optional().catch(undefined) });

/** What holds for every endpoint of the REST API. */
export function addApiHooks(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | ApiError, _request, reply) => {
    if (error instanceof ApiError) return reply.code(error.status).headers(error.headers).send(error.body());
    const isMistakeOfCaller = error instanceof z.ZodError || (error.statusCode ?? 500) < 500;
    const answer = isMistakeOfCaller ? new ApiError(400, 'Bad request') : new ApiError(500, String(error));
    return reply.code(answer.status).send(answer.body());
  });

  // A route and not the handler for what is not found: the pages of repositories would take the path otherwise.
  app.all('/*', async () => {
    throw notFound('Resource not found');
  });

  app.addHook('preSerialization', async (request, reply, payload: unknown) => {
    const { fields } = fieldsSchema.parse(request.query);
    return fields === undefined || reply.statusCode !== 200 ? payload : selectFields(payload, fields);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const isTagged = request.method === 'GET' && request.url.startsWith('/2.0/repositories/');
    if (!isTagged || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    const etag = `"${createHash('sha1').update(payload).digest('hex')}"`;
    reply.header('etag', etag);
    if (request.headers['if-none-match'] !== etag) return payload;
    reply.code(304).removeHeader('content-type');
    return '';
  });

  for (const path of [
    '/workspaces',
    '/repositories',
    '/user/permissions/workspaces',
    '/user/permissions/repositories',
  ])
    app.get(path, async () => {
      throw gone();
    });
}
