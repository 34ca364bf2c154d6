import { z } from 'zod';
import { discoveryRun } from './discovery-run.ts';
import { dateTime } from './field.ts';
import {
  apiKeyId,
  applicationRegistryId,
  credentialId,
  eventSubscriptionId,
  midServerId,
  tokenRevocationId,
  toolId,
} from './id.ts';
import { tokenState } from './token.ts';

/** A warning ahead of an end that only a person can prevent: once for each end and lead time, by one instance only. */
const expiry = {
  name: z.string(),
  endsAt: dateTime,
  /** In words, such as "the refresh token ends, and refreshing does not extend it". */
  why: z.string(),
};

/** GET /events (server-sent events): `event:` is the type, `data:` the JSON below. A hint to read again, except for runs. */
export const serverEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('credential.token'), credentialId, state: tokenState }),
  z.object({ type: z.literal('credential.expires_soon'), credentialId, ...expiry }),
  z.object({ type: z.literal('api-key.expires_soon'), apiKeyId, ...expiry }),
  /** Its client secret. */
  z.object({ type: z.literal('application-registry.expires_soon'), applicationRegistryId, ...expiry }),
  /** Somebody used a credential that nobody should use, or acknowledged the alarm. */
  z.object({ type: z.literal('credential.canary_used'), credentialId, name: z.string() }),
  /** Tokens were revoked, or a provider has answered. */
  z.object({ type: z.literal('token-revocation.updated'), tokenRevocationId }),
  z.object({ type: z.literal('mid-server.updated'), midServerId }),
  z.object({ type: z.literal('tool.updated'), toolId }),
  z.object({ type: z.literal('event-subscription.updated'), eventSubscriptionId }),
  z.object({ type: z.literal('discovery-run.updated'), run: discoveryRun }),
]);
export type ServerEvent = z.infer<typeof serverEvent>;
