import { actorRef, serverEvent } from '@lockkeeper/contract';
import { z } from 'zod';

/** A session, a person or an API key may do no more; never sent to clients. */
const principalEnded = z.object({ type: z.literal('principal.ended'), principalId: z.string() });

/** A credential was edited or deleted: whoever holds its token for it looks again. Never sent to clients. */
const credentialChanged = z.object({ type: z.literal('credential.changed'), credentialId: z.string() });

/** An Application Registry was edited: it may not be active any more. Never sent to clients. */
const registryChanged = z.object({
  type: z.literal('application-registry.changed'),
  applicationRegistryId: z.string(),
});

/**
 * Somebody waits for a token that only the instance can refresh which holds the MID Server's session. Never sent to
 * clients.
 */
const refreshWanted = z.object({
  type: z.literal('token.refresh_wanted'),
  credentialId: z.string(),
  actor: actorRef,
  requestId: z.string().nullable(),
  isUrgent: z.boolean(),
});

/** There is one more instance on this database. Never sent to clients. */
const instanceStarted = z.object({ type: z.literal('instance.started') });

/** What instances tell each other: the contract's events, and what concerns only them. */
export const hubEvent = z.union([
  serverEvent,
  principalEnded,
  credentialChanged,
  registryChanged,
  refreshWanted,
  instanceStarted,
]);
export type HubEvent = z.infer<typeof hubEvent>;
