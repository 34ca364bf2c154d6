import { apiKey, apiKeyCreate, apiKeyCreated, apiKeyId, listQuery, pageOf } from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { ApiKeyService } from './api-key-service.ts';

const params = z.strictObject({ id: apiKeyId });

export function registerApiKeyRoutes(app: HttpApp, apiKeys: ApiKeyService): void {
  app.get(
    '/api/v1/api-keys',
    { schema: { querystring: listQuery(['name', 'createdAt'], 'name'), response: { 200: pageOf(apiKey) } } },
    async (request) => apiKeys.list(request.query),
  );

  app.post(
    '/api/v1/api-keys',
    { schema: { body: apiKeyCreate, response: { 201: apiKeyCreated } } },
    async (request, reply) => reply.code(201).send(await apiKeys.create(request.body, callerOf(request))),
  );

  app.get('/api/v1/api-keys/:id', { schema: { params, response: { 200: apiKey } } }, async (request) =>
    apiKeys.get(request.params.id),
  );

  app.post(
    '/api/v1/api-keys/:id/revoke',
    { schema: { params, response: { 200: apiKey } } },
    async (request) => apiKeys.revoke(request.params.id, callerOf(request)),
  );
}
