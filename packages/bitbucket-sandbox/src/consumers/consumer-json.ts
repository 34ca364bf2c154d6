import type { Consumer } from './consumer.ts';

/** What a program gets where a person sees the consumer's page. */
export interface ConsumerJson {
  readonly id: number;
  readonly workspace: string;
  readonly name: string;
  readonly description: string;
  readonly callback_url: string;
  readonly url: string;
  readonly is_private: boolean;
  readonly scopes: readonly string[];
  readonly key: string;
  readonly secret: string;
}

export function consumerJson(consumer: Consumer): ConsumerJson {
  const { id, name, description, url, scopes, key, secret } = consumer;
  return {
    id,
    workspace: consumer.workspaceSlug,
    name,
    description,
    callback_url: consumer.callbackUrl,
    url,
    is_private: consumer.isPrivate,
    scopes,
    key,
    secret,
  };
}
