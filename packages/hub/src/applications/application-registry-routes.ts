import {
  applicationRegistry,
  applicationRegistryCreate,
  applicationRegistryId,
  applicationRegistryPatch,
  issuerDiscover,
  issuerMetadata,
  listQuery,
  pageOf,
  providerTemplate,
  registryValidation,
} from '@lockkeeper/contract';
import { oauthProviders } from '@lockkeeper/oauth';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { ApplicationRegistryService } from './application-registry-service.ts';
import { refuseDraft } from './refuse-draft.ts';

const tags = ['Application Registry'];
const params = z.object({ id: applicationRegistryId });
const path = '/api/v1/application-registries';

const query = listQuery(['name', 'active', 'createdAt', 'updatedAt'], 'name').extend({
  active: z.stringbool().optional(),
});

export function registerApplicationRegistryRoutes(app: HttpApp, service: ApplicationRegistryService): void {
  app.get(
    path,
    { schema: { tags, querystring: query, response: { 200: pageOf(applicationRegistry) } } },
    (request) => service.list(request.query),
  );

  app.get(
    `${path}/templates`,
    { schema: { tags, response: { 200: z.object({ items: z.array(providerTemplate) }) } } },
    async () => ({ items: templates() }),
  );

  app.post(
    `${path}/discover`,
    { schema: { tags, body: issuerDiscover, response: { 200: issuerMetadata } } },
    (request) => service.discover(request.body.issuer),
  );

  app.get(`${path}/:id`, { schema: { tags, params, response: { 200: applicationRegistry } } }, (request) =>
    service.get(request.params.id),
  );

  app.post(
    path,
    {
      attachValidation: true,
      schema: { tags, body: applicationRegistryCreate, response: { 201: applicationRegistry } },
    },
    async (request, reply) => {
      await refuseDraft(request, service);
      const created = await service.create(request.body, callerOf(request));
      return reply.code(201).header('location', `${path}/${created.id}`).send(created);
    },
  );

  app.patch(
    `${path}/:id`,
    {
      attachValidation: true,
      schema: { tags, params, body: applicationRegistryPatch, response: { 200: applicationRegistry } },
    },
    async (request) => {
      await refuseDraft(request, service, request.params.id);
      return service.update(request.params.id, request.body, callerOf(request));
    },
  );

  app.delete(
    `${path}/:id`,
    { schema: { tags, params, response: { 204: z.null() } } },
    async (request, reply) => {
      await service.delete(request.params.id, callerOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${path}/:id/validate`,
    { schema: { tags, params, response: { 200: registryValidation } } },
    (request) => service.validate(request.params.id, callerOf(request)),
  );
}

function templates(): z.infer<typeof providerTemplate>[] {
  return oauthProviders.map((provider) => ({
    key: provider.key,
    label: provider.label,
    authorizationUrl: provider.authorizationUrl,
    tokenUrl: provider.tokenUrl,
    tokenRevocationUrl: provider.tokenRevocationUrl,
    sendCredentials: provider.clientAuthentication,
    clientIdLabel: provider.words.clientId,
    clientSecretLabel: provider.words.clientSecret,
    help: provider.words.help,
    helpUrl: provider.words.helpUrl,
    redirectUrlHint: provider.words.redirectUrlHint,
  }));
}
