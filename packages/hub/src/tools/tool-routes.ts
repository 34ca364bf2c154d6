import {
  listQuery,
  pageOf,
  tool,
  toolCreate,
  toolId,
  toolKind,
  toolPatch,
  toolSortable,
} from '@lockkeeper/contract';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { principalOf } from '../http/principal.ts';
import type { ToolService } from './tool-service.ts';

const params = z.object({ id: toolId });
const tags = ['tools'];

export function registerToolRoutes(app: HttpApp, tools: ToolService): void {
  app.get(
    '/api/v1/tools/kinds',
    { schema: { tags, summary: 'What can be connected', response: { 200: z.array(toolKind) } } },
    async () => tools.kinds(),
  );

  app.get(
    '/api/v1/tools',
    {
      schema: {
        tags,
        summary: 'List tools',
        querystring: listQuery(toolSortable, 'name'),
        response: { 200: pageOf(tool) },
      },
    },
    async ({ query }) => tools.list(query),
  );

  app.post(
    '/api/v1/tools',
    { schema: { tags, summary: 'Create a tool', body: toolCreate, response: { 201: tool } } },
    async (request, reply) => {
      const created = await tools.create(request.body, {
        principal: principalOf(request),
        requestId: request.id,
      });
      return reply.code(201).send(created);
    },
  );

  app.get(
    '/api/v1/tools/:id',
    { schema: { tags, summary: 'Read a tool', params, response: { 200: tool } } },
    async ({ params: { id } }) => tools.get(id),
  );

  app.patch(
    '/api/v1/tools/:id',
    { schema: { tags, summary: 'Change a tool', params, body: toolPatch, response: { 200: tool } } },
    async (request) =>
      tools.update(request.params.id, request.body, {
        principal: principalOf(request),
        requestId: request.id,
      }),
  );

  app.delete(
    '/api/v1/tools/:id',
    { schema: { tags, summary: 'Delete a tool and its inventory', params, response: { 204: z.null() } } },
    async (request, reply) => {
      await tools.remove(request.params.id, { principal: principalOf(request), requestId: request.id });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/tools/:id/connect',
    {
      schema: {
        tags,
        summary: 'Test the connection through the MID Server and check permissions',
        params,
        response: { 200: tool },
      },
    },
    async (request) =>
      tools.connect(request.params.id, { principal: principalOf(request), requestId: request.id }),
  );
}
