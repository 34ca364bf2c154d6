import {
  applicationRegistryId,
  listQuery,
  oauthEntityProfile,
  oauthEntityProfileCreate,
  oauthEntityProfileId,
  oauthEntityProfilePatch,
  pageOf,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { OAuthEntityProfileService } from './oauth-entity-profile-service.ts';

const tags = ['OAuth Entity Profiles'];
const params = z.object({ id: oauthEntityProfileId });
const path = '/api/v1/oauth-entity-profiles';

const query = listQuery(['name', 'createdAt'], 'name').extend({
  applicationRegistryId: applicationRegistryId.optional(),
});

export function registerOAuthEntityProfileRoutes(app: HttpApp, service: OAuthEntityProfileService): void {
  app.get(
    path,
    { schema: { tags, querystring: query, response: { 200: pageOf(oauthEntityProfile) } } },
    (request) => service.list(request.query),
  );

  app.get(`${path}/:id`, { schema: { tags, params, response: { 200: oauthEntityProfile } } }, (request) =>
    service.get(request.params.id),
  );

  app.post(
    path,
    { schema: { tags, body: oauthEntityProfileCreate, response: { 201: oauthEntityProfile } } },
    async (request, reply) => {
      const created = await service.create(request.body, callerOf(request));
      return reply.code(201).header('location', `${path}/${created.id}`).send(created);
    },
  );

  app.patch(
    `${path}/:id`,
    { schema: { tags, params, body: oauthEntityProfilePatch, response: { 200: oauthEntityProfile } } },
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
