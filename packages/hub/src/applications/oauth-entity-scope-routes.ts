import {
  applicationRegistryId,
  listQuery,
  oauthEntityScope,
  oauthEntityScopeCreate,
  oauthEntityScopeId,
  oauthEntityScopePatch,
  oauthEntityScopesEnsure,
  oauthEntityScopesEnsured,
  pageOf,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { OAuthEntityScopeService } from './oauth-entity-scope-service.ts';

const tags = ['OAuth Entity Scopes'];
const params = z.object({ id: oauthEntityScopeId });
const path = '/api/v1/oauth-entity-scopes';

const query = listQuery(['name', 'scope', 'createdAt'], 'name').extend({
  applicationRegistryId: applicationRegistryId.optional(),
});

export function registerOAuthEntityScopeRoutes(app: HttpApp, service: OAuthEntityScopeService): void {
  app.get(
    path,
    { schema: { tags, querystring: query, response: { 200: pageOf(oauthEntityScope) } } },
    (request) => service.list(request.query),
  );

  app.get(`${path}/:id`, { schema: { tags, params, response: { 200: oauthEntityScope } } }, (request) =>
    service.get(request.params.id),
  );

  app.post(
    path,
    { schema: { tags, body: oauthEntityScopeCreate, response: { 201: oauthEntityScope } } },
    async (request, reply) => {
      const created = await service.create(request.body, callerOf(request));
      return reply.code(201).header('location', `${path}/${created.id}`).send(created);
    },
  );

  app.post(
    '/api/v1/application-registries/:id/scopes',
    {
      schema: {
        tags,
        summary: 'Makes those of these scopes that the registry does not have yet',
        params: z.object({ id: applicationRegistryId }),
        body: oauthEntityScopesEnsure,
        response: { 200: oauthEntityScopesEnsured },
      },
    },
    (request) => service.ensure(request.params.id, request.body.scopes, callerOf(request)),
  );

  app.patch(
    `${path}/:id`,
    { schema: { tags, params, body: oauthEntityScopePatch, response: { 200: oauthEntityScope } } },
    (request) => service.update(request.params.id, request.body, callerOf(request)),
  );

  app.delete(
    `${path}/:id`,
    { schema: { tags, params, response: { 204: z.null() } } },
    async (request, reply) => {
      await service.delete(request.params.id, callerOf(request));
      return reply.code(204).send(null);
    },
  );
}
