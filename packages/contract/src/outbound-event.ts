import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';
import {
  apiKeyId,
  applicationRegistryId,
  credentialId,
  eventSubscriptionId,
  midServerId,
  outboundEventId,
} from './id.ts';

const credential = z.object({ id: credentialId, name: z.string() });
const midServer = z.object({ id: midServerId, name: z.string() });
const subscription = z.object({ id: eventSubscriptionId, name: z.string() });
/** When it ends, and in words why and what to do. */
const ending = { endsAt: dateTime, why: z.string() };
/** What went wrong: a stable code, and a sentence for people. */
const problem = z.object({ code: z.string(), detail: z.string() });
/** Who did it. */
const actor = actorRef;

/**
 * What an instance tells others, by type: when it is sent, and what its `data` holds. Never a secret, nor a part of one.
 * A type, once published, keeps its meaning; fields may be added, so receivers ignore what they do not know.
 */
export const outboundEventCatalogue = {
  'token.available': z
    .object({
      credential,
      cause: z.enum(['consented', 'recovered']),
      expiresAt: dateTime.nullable(),
    })
    .describe(
      'Somebody consented, or a token that was in trouble works again. A routine refresh is no event.',
    ),
  'token.uncertain': z
    .object({ credential, problem, retryAt: dateTime.nullable() })
    .describe('The answer to a refresh was lost; it is tried once more.'),
  'token.refresh_failing': z
    .object({ credential, problem, failures: z.int(), retryAt: dateTime.nullable() })
    .describe(
      'The refresh of a token failed eight times in a row, which takes some minutes. It is tried on.',
    ),
  'token.needs_authorization': z
    .object({ credential, problem })
    .describe('A grant has ended: somebody has to press Get OAuth Token again.'),
  'token.revoked': z.object({ credential, actor }).describe('Somebody revoked a token.'),
  'credential.expires_soon': z
    .object({ credential, ...ending })
    .describe('The grant or token of a credential will end, and only a person can prevent it.'),
  'api_key.expires_soon': z
    .object({ apiKey: z.object({ id: apiKeyId, name: z.string() }), ...ending })
    .describe('An API key of this instance will end.'),
  'application_registry.expires_soon': z
    .object({ applicationRegistry: z.object({ id: applicationRegistryId, name: z.string() }), ...ending })
    .describe('The client secret of an Application Registry will end.'),
  'application_registry.client_refused': z
    .object({ applicationRegistry: z.object({ id: applicationRegistryId, name: z.string() }), problem })
    .describe(
      'A provider refuses the client of an Application Registry: none of its tokens can be refreshed. Told once for all of them.',
    ),
  'credential.created': z.object({ credential, actor }).describe('A credential was created.'),
  'credential.updated': z
    .object({
      credential,
      actor,
      /** Names of the fields that changed. */
      changed: z.array(z.string()),
      active: z.boolean(),
    })
    .describe('A credential was changed.'),
  'credential.deleted': z.object({ credential, actor }).describe('A credential was deleted.'),
  'credential.canary_used': z
    .object({ credential, actor })
    .describe('Somebody used a credential that nobody should use: somebody has found it.'),
  'mid_server.enrolled': z
    .object({ midServer, host: z.string(), fingerprint: z.string() })
    .describe('A MID Server has enrolled and waits to be validated.'),
  'mid_server.validated': z.object({ midServer, actor }).describe('Somebody validated a MID Server.'),
  'mid_server.invalidated': z.object({ midServer, actor }).describe('Somebody invalidated a MID Server.'),
  'mid_server.up': z
    .object({ midServer })
    .describe('A MID Server has connected that had no connection to any instance.'),
  'mid_server.down': z
    .object({ midServer, reason: z.string() })
    .describe('The last connection of a MID Server has ended.'),
  'mid_server.removed': z.object({ midServer, actor }).describe('Somebody removed a MID Server.'),
  'vault_key.rotated': z
    .object({ keyId: z.string(), resealed: z.int() })
    .describe('A rotation is done: everything is sealed with the new data key.'),
  'event_subscription.disabled': z
    .object({ subscription, reason: z.enum(['gone', 'failing']) })
    .describe('Another subscription was switched off, because its receiver is gone or failed for days.'),
  'event_subscription.test': z
    .object({ subscription, actor })
    .describe('Somebody pressed Test. It goes to that one subscription, whatever it is subscribed to.'),
};

type Catalogue = typeof outboundEventCatalogue;
export type OutboundEventType = keyof Catalogue;
/** Something that happened, to be told. */
export type OutboundEvent = {
  [Type in OutboundEventType]: { type: Type; data: z.input<Catalogue[Type]> };
}[OutboundEventType];

export const outboundEventType = z.object(outboundEventCatalogue).keyof();
/** What can be chosen: a test is sent only when somebody asks for it. */
export const subscribableEventType = outboundEventType.exclude(['event_subscription.test']);
export type SubscribableEventType = z.infer<typeof subscribableEventType>;

/** The body of a request to a receiver, as Standard Webhooks recommends it; the id travels in `webhook-id`. */
export const outboundMessage = z.object({
  type: outboundEventType,
  /** When it happened, whenever it is sent. */
  timestamp: dateTime,
  data: z.record(z.string(), z.unknown()),
});
export type OutboundMessage = z.infer<typeof outboundMessage>;

export const outboundEventRef = z.object({ id: outboundEventId, type: outboundEventType, at: dateTime });
