import {
  discoveryResume,
  discoveryRun,
  discoveryRunId,
  listQuery,
  pageOf,
  toolId,
} from '@lockkeeper/contract';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app-type.ts';
import { principalOf } from '../http/principal.ts';
import type { DiscoveryService } from './discovery-service.ts';

const ofTool = z.object({ id: toolId });
const params = z.object({ id: discoveryRunId });
const tags = ['discovery'];
const query = listQuery(['createdAt'], '-createdAt').pick({ limit: true, cursor: true });

export function registerDiscoveryRoutes(app: HttpApp, discovery: DiscoveryService): void {
  app.post(
    '/api/v1/tools/:id/discover',
    {
      schema: {
        tags,
        summary: 'Begin to read everything that the granting user can reach',
        params: ofTool,
        response: { 202: discoveryRun },
      },
    },
    async (request, reply) => {
      const asker = { principal: principalOf(request), requestId: request.id };
      return reply.code(202).send(await discovery.start(request.params.id, asker));
    },
  );

  app.get(
    '/api/v1/tools/:id/discovery-runs',
    {
      schema: {
        tags,
        summary: 'The runs of a tool, newest first',
        params: ofTool,
        querystring: query,
        response: { 200: pageOf(discoveryRun) },
      },
    },
    async ({ params: { id }, query: page }) => discovery.list(id, page),
  );

  app.get(
    '/api/v1/discovery-runs/:id',
    { schema: { tags, summary: 'Read a run', params, response: { 200: discoveryRun } } },
    async ({ params: { id } }) => discovery.get(id),
  );

  app.post(
    '/api/v1/discovery-runs/:id/pause',
    { schema: { tags, summary: 'Pause a run', params, response: { 200: discoveryRun } } },
    async (request) =>
      discovery.pause(request.params.id, { principal: principalOf(request), requestId: request.id }),
  );

  app.post(
    '/api/v1/discovery-runs/:id/resume',
    {
      schema: {
        tags,
        summary: 'Go on with a paused run, from its last page',
        params,
        body: discoveryResume.nullish(),
        response: { 200: discoveryRun },
      },
    },
    async (request) =>
      discovery.resume(request.params.id, request.body?.acceptGone ?? false, {
        principal: principalOf(request),
        requestId: request.id,
      }),
  );

  app.post(
    '/api/v1/discovery-runs/:id/cancel',
    {
      schema: { tags, summary: 'End a run and keep what it found', params, response: { 200: discoveryRun } },
    },
    async (request) =>
      discovery.cancel(request.params.id, { principal: principalOf(request), requestId: request.id }),
  );
}
