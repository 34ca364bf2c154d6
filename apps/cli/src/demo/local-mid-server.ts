import { apiKey, enrolmentTokenCreated, midServer, pageOf } from '@lockkeeper/contract';
import { enrolMidServer, followInstance, isEnrolled, midServerConfigFrom } from '@lockkeeper/mid-server';
import { ApiClient } from './api-client.ts';
import { createAdminKey, type Place } from './instance-admin.ts';

export interface LocalMidServer extends Place {
  publicUrl: URL;
  name: string;
}

/**
 * Makes the keys of a MID Server on this host and has it enrolled and validated over the public API, as an
 * administrator would on two hosts. Where that has happened before, the agent only learns the instance's address.
 */
export async function ensureLocalMidServer({ publicUrl, name, env, folder }: LocalMidServer): Promise<void> {
  const config = midServerConfigFrom(env);
  if (isEnrolled(config.dataFolder)) return followInstance(config.dataFolder, publicUrl.origin);
  const keyName = `lockkeeper: enrols the MID Server ${name} (${new Date().toISOString()})`;
  const api = ApiClient.withKey(publicUrl, await createAdminKey(keyName, { env, folder }));
  try {
    const { token } = await api.post('/mid-servers/enrolment-tokens', { name }, enrolmentTokenCreated);
    const enrolled = await enrolMidServer({ ...config, instanceUrl: publicUrl.origin, token, name });
    // The fingerprint comes from the agent's own files, not from what the instance says of it.
    const { fingerprint } = enrolled;
    await api.post(`/mid-servers/${enrolled.midServerId}/validate`, { fingerprint }, midServer);
  } finally {
    await revokeKey(api, keyName);
  }
}

async function revokeKey(api: ApiClient, name: string): Promise<void> {
  const { items } = await api.get(`/api-keys?q=${encodeURIComponent(name)}`, pageOf(apiKey));
  const own = items.find((item) => item.name === name);
  if (own) await api.send('POST', `/api-keys/${own.id}/revoke`);
}
