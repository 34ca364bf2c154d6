import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '@lockkeeper/vault';

const PREFIX = 'whsec_';
/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

export function newSigningSecret(): Secret {
  return new Secret(PREFIX + randomBytes(SECRET_BYTES).toString('base64'));
}

export interface SignedContent {
  /** The header `webhook-id`. */
  readonly id: string;
  /** The header `webhook-timestamp`: seconds since 1970. */
  readonly timestamp: number;
  /** The bytes that are sent. */
  readonly body: string;
}

/**
 * The header `webhook-signature`: a signature by each secret, separated by spaces; one that fits is enough.
 * @see https://www.standardwebhooks.com/ "Signature scheme"
 */
export function signatureHeader({ id, timestamp, body }: SignedContent, secrets: readonly Secret[]): string {
  const signed = secrets.map((secret) => {
    const key = Buffer.from(secret.reveal().slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return signed.join(' ');
}

/** Where it is sealed for. */
export function signingSecretPlace(
  subscriptionId: string,
  column: 'secret' | 'former_secret',
  version: number,
) {
  return { table: 'event_subscriptions', rowId: subscriptionId, column, version } as const;
}
