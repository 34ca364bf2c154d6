import {
  applicationRegistryId,
  credential,
  credentialCreate,
  credentialId,
  credentialPatch,
  listQuery,
  oauthEntityProfileId,
  pageOf,
  tokenState,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { CredentialService } from './credential-service.ts';

const tags = ['Credentials'];
const params = z.object({ id: credentialId });
const path = '/api/v1/credentials';

const query = listQuery(['name', 'order', 'active', 'createdAt', 'updatedAt'], 'name').extend({
  active: z.stringbool().optional(),
  profileId: oauthEntityProfileId.optional(),
  applicationRegistryId: applicationRegistryId.optional(),
  state: tokenState.optional(),
});

export function registerCredentialRoutes(app: HttpApp, service: CredentialService): void {
  app.get(path, { schema: { tags, querystring: query, response: { 200: pageOf(credential) } } }, (request) =>
    service.list(request.query),
  );

  app.get(`${path}/:id`, { schema: { tags, params, response: { 200: credential } } }, (request) =>
    service.get(request.params.id),
  );

  app.post(
    path,
    { schema: { tags, body: credentialCreate, response: { 201: credential } } },
    async (request, reply) => {
      const created = await service.create(request.body, callerOf(request));
      return reply.code(201).header('location', `${path}/${created.id}`).send(created);
    },
  );

  app.patch(
    `${path}/:id`,
    { schema: { tags, params, body: credentialPatch, response: { 200: credential } } },
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
