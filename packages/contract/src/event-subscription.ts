import { z } from 'zod';
import { dateTime, name, recordFacts, url } from './field.ts';
import { eventDeliveryId, eventSubscriptionId } from './id.ts';
import { outboundEventRef, outboundMessage, subscribableEventType } from './outbound-event.ts';

const fields = {
  name,
  /** Where events are sent: a receiver of the customer's own. */
  url,
  /** What is sent; empty is every type, those of later versions too. */
  eventTypes: z.array(subscribableEventType).max(subscribableEventType.options.length),
  active: z.boolean(),
  comments: z.string().max(4000),
};

export const eventSubscription = z.object({
  id: eventSubscriptionId,
  ...fields,
  signingSecretStoredAt: dateTime,
  /** Until then the former signing secret signs too; null when there is none. */
  formerSigningSecretUntil: dateTime.nullable(),
  /** The first failed attempt since the last that succeeded; null when all is well. */
  failingSince: dateTime.nullable(),
  /** Why it was switched off by itself: the receiver answered 410, or failed for days; null when it was not. */
  disabled: z.object({ reason: z.enum(['gone', 'failing']), at: dateTime }).nullable(),
  /** Deliveries that wait for their next attempt. */
  pending: z.int(),
  lastDeliveredAt: dateTime.nullable(),
  ...recordFacts,
});
export type EventSubscription = z.infer<typeof eventSubscription>;

/** POST /event-subscriptions */
export const eventSubscriptionCreate = z.strictObject({
  ...fields,
  eventTypes: fields.eventTypes.default([]),
  active: fields.active.default(true),
  comments: fields.comments.default(''),
});
export type EventSubscriptionCreate = z.infer<typeof eventSubscriptionCreate>;
export type EventSubscriptionCreateInput = z.input<typeof eventSubscriptionCreate>;

/** PATCH /event-subscriptions/{id} */
export const eventSubscriptionPatch = z
  .strictObject(fields)
  .partial()
  .extend({ version: z.int().min(1).optional() });
export type EventSubscriptionPatch = z.infer<typeof eventSubscriptionPatch>;

/** `signingSecret` (`whsec_…`) is shown once and never again. */
export const eventSubscriptionWithSecret = z.object({ eventSubscription, signingSecret: z.string() });
export type EventSubscriptionWithSecret = z.infer<typeof eventSubscriptionWithSecret>;

const DAY_SECONDS = 24 * 60 * 60;

/** POST /event-subscriptions/{id}/rotate-secret: how long the former secret goes on signing beside the new one. */
export const signingSecretRotation = z.strictObject({
  overlapSeconds: z
    .int()
    .min(0)
    .max(7 * DAY_SECONDS, 'must be at most 7 days')
    .default(DAY_SECONDS),
});

/** Why there was no answer that counts, or what it was. */
export const eventAnswer = z.object({
  at: dateTime,
  /** HTTP status; null when there was no answer. */
  status: z.int().nullable(),
  /** What went wrong, in a sentence; null when it was delivered. */
  error: z.string().nullable(),
  /** The beginning of what the receiver answered. */
  body: z.string(),
  tookMs: z.int(),
});
export type EventAnswer = z.infer<typeof eventAnswer>;

export const eventDeliveryState = z.enum(['pending', 'delivered', 'failed']);
export type EventDeliveryState = z.infer<typeof eventDeliveryState>;

/** One event on its way to one subscription. */
export const eventDelivery = z.object({
  id: eventDeliveryId,
  eventSubscriptionId,
  event: outboundEventRef,
  state: eventDeliveryState,
  attempts: z.int(),
  /** Null unless it is pending. */
  nextAttemptAt: dateTime.nullable(),
  lastAnswer: eventAnswer.nullable(),
});
export type EventDelivery = z.infer<typeof eventDelivery>;

/** With exactly what was sent. */
export const eventDeliveryWithMessage = eventDelivery.extend({ message: outboundMessage });
export type EventDeliveryWithMessage = z.infer<typeof eventDeliveryWithMessage>;

/** POST /event-subscriptions/{id}/test: what the receiver answered to an `event_subscription.test` sent just now. */
export const eventTest = z.object({ delivered: z.boolean(), answer: eventAnswer });
export type EventTest = z.infer<typeof eventTest>;
