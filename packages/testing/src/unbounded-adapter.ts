import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What an authorization server keeps in memory: all of it. The one of oidc-provider forgets all but the last thousand. */
export function createUnboundedAdapter(): (name: string) => Adapter {
  const stored = new Map<string, AdapterPayload>();
  return (name) => {
    const keyOf = (id: string) => `${name}:${id}`;
    const findBy = async (is: (payload: AdapterPayload) => boolean) =>
      [...stored].find(([key, payload]) => key.startsWith(`${name}:`) && is(payload))?.[1];
    return {
      upsert: async (id, payload) => void stored.set(keyOf(id), { ...payload }),
      find: async (id) => stored.get(keyOf(id)),
      findByUserCode: (userCode) => findBy((payload) => payload.userCode === userCode),
      findByUid: (uid) => findBy((payload) => payload.uid === uid),
      consume: async (id) => {
        const payload = stored.get(keyOf(id));
        if (payload) payload.consumed = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void stored.delete(keyOf(id)),
      revokeByGrantId: async (grantId) => {
        for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key);
      },
    };
  };
}
