import {
  applicationRegistryId,
  jwkSet,
  signingKey,
  signingKeyCreate,
  signingKeyId,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { SigningKeyService } from './signing-key-service.ts';

const tags = ['Application Registry'];
const params = z.object({ id: applicationRegistryId });
const keyParams = params.extend({ keyId: signingKeyId });
const path = '/api/v1/application-registries/:id/signing-keys';

/** How long a provider may keep the set (RFC 9111 §5.2.2.1): a new key is published long before it signs. */
const JWKS_MAX_AGE_SECONDS = 300;

export function registerSigningKeyRoutes(app: HttpApp, service: SigningKeyService): void {
  app.get(
    path,
    { schema: { tags, params, response: { 200: z.object({ items: z.array(signingKey) }) } } },
    async (request) => ({ items: await service.list(request.params.id) }),
  );

  app.post(
    path,
    { schema: { tags, params, body: signingKeyCreate, response: { 201: signingKey } } },
    async (request, reply) => {
      const created = await service.create(request.params.id, request.body, callerOf(request));
      return reply.code(201).send(created);
    },
  );

  app.delete(
    `${path}/:keyId`,
    { schema: { tags, params: keyParams, response: { 204: z.null() } } },
    async (request, reply) => {
      await service.retire(request.params.id, request.params.keyId, callerOf(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/oauth_jwks/:id',
    {
      config: { rateLimit: { max: 300, timeWindow: 60_000 } },
      schema: { tags, params, response: { 200: jwkSet } },
    },
    async (request, reply) =>
      reply
        .header('cache-control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`)
        .send({ keys: await service.published(request.params.id) }),
  );
}
