import {
  eventDelivery,
  eventDeliveryId,
  eventDeliveryState,
  eventDeliveryWithMessage,
  eventSubscriptionId,
  listQuery,
  outboundEventType,
  pageOf,
} from '@lockkeeper/contract';
import { z } from 'zod';
import { callerOf } from '../http/caller.ts';
import type { HttpApp } from '../http/http-app-type.ts';
import type { EventDeliveryService } from './event-delivery-service.ts';

const tags = ['Event Subscriptions'];
const params = z.strictObject({ id: eventDeliveryId });
const path = '/api/v1/event-deliveries';

const query = listQuery(['at'], '-at').extend({
  eventSubscriptionId: eventSubscriptionId.optional(),
  state: eventDeliveryState.optional(),
  type: outboundEventType.optional(),
});

export function registerEventDeliveryRoutes(app: HttpApp, service: EventDeliveryService): void {
  app.get(
    path,
    { schema: { tags, querystring: query, response: { 200: pageOf(eventDelivery) } } },
    (request) => service.list(request.query),
  );

  app.get(
    `${path}/:id`,
    { schema: { tags, params, response: { 200: eventDeliveryWithMessage } } },
    (request) => service.get(request.params.id),
  );

  app.post(
    `${path}/:id/retry`,
    { schema: { tags, params, response: { 200: eventDeliveryWithMessage } } },
    (request) => service.retry(request.params.id, callerOf(request)),
  );
}
