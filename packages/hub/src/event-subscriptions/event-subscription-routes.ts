import {
  eventSubscription,
  eventSubscriptionCreate,
  eventSubscriptionId,
  eventSubscriptionPatch,
  eventSubscriptionWithSecret,
  eventTest,
  listQuery,
  pageOf,
  signingSecretRotation,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { EventSubscriptionService } from './event-subscription-service.ts';

const tags = ['Event Subscriptions'];
const params = z.strictObject({ id: eventSubscriptionId });
const path = '/api/v1/event-subscriptions';
/** Each holds a request open for as long as a receiver likes, up to the time-out. */
const testRate = { max: 30, timeWindow: 60_000 };

const query = listQuery(['name', 'active', 'createdAt', 'updatedAt'], 'name').extend({
  active: z.stringbool().optional(),
});

export function registerEventSubscriptionRoutes(app: HttpApp, service: EventSubscriptionService): void {
  app.get(
    path,
    { schema: { tags, querystring: query, response: { 200: pageOf(eventSubscription) } } },
    (request) => service.list(request.query),
  );

  app.get(`${path}/:id`, { schema: { tags, params, response: { 200: eventSubscription } } }, (request) =>
    service.get(request.params.id),
  );

  app.post(
    path,
    { schema: { tags, body: eventSubscriptionCreate, response: { 201: eventSubscriptionWithSecret } } },
    async (request, reply) => {
      const created = await service.create(request.body, callerOf(request));
      return reply.code(201).header('location', `${path}/${created.eventSubscription.id}`).send(created);
    },
  );

  app.patch(
    `${path}/:id`,
    { schema: { tags, params, body: eventSubscriptionPatch, response: { 200: eventSubscription } } },
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

  app.post(
    `${path}/:id/rotate-secret`,
    { schema: { tags, params, body: signingSecretRotation, response: { 200: eventSubscriptionWithSecret } } },
    (request) => service.rotateSecret(request.params.id, request.body.overlapSeconds, callerOf(request)),
  );

  app.post(
    `${path}/:id/test`,
    { schema: { tags, params, response: { 200: eventTest } }, config: { rateLimit: testRate } },
    (request) => service.test(request.params.id, callerOf(request)),
  );
}
