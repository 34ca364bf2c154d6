import { type RandomBytes, randomText } from '../random-bytes.ts';
import type { Consumer, ConsumerDraft } from './consumer.ts';

export interface ConsumerStore {
  list(workspaceSlug: string): Consumer[];
  listAll(): Consumer[];
  find(workspaceSlug: string, id: number): Consumer | undefined;
  findByKey(key: string): Consumer | undefined;
  isNameTaken(workspaceSlug: string, name: string, exceptId?: number): boolean;
  create(workspaceSlug: string, draft: ConsumerDraft): Consumer;
  change(consumer: Consumer, draft: ConsumerDraft): Consumer;
  remove(consumer: Consumer): void;
}

export function createConsumerStore(randomBytes: RandomBytes): ConsumerStore {
  const byKey = new Map<string, Consumer>();
  let lastId = 1000;
  const listAll = (): Consumer[] => [...byKey.values()];
  const list = (workspaceSlug: string): Consumer[] =>
    listAll().filter((consumer) => consumer.workspaceSlug === workspaceSlug);
  return {
    list,
    listAll,
    find: (workspaceSlug, id) => list(workspaceSlug).find((consumer) => consumer.id === id),
    findByKey: (key) => byKey.get(key),
    isNameTaken: (workspaceSlug, name, exceptId) =>
      list(workspaceSlug).some(
        (consumer) => consumer.id !== exceptId && consumer.name.toLowerCase() === name.toLowerCase(),
      ),
    create: (workspaceSlug, draft) => {
      lastId += 1;
      const key = randomText(randomBytes, 18);
      const consumer = { ...draft, id: lastId, workspaceSlug, key, secret: randomText(randomBytes, 32) };
      byKey.set(key, consumer);
      return consumer;
    },
    change: (consumer, draft) => {
      const changed = { ...consumer, ...draft };
      byKey.set(consumer.key, changed);
      return changed;
    },
    remove: (consumer) => {
      byKey.delete(consumer.key);
    },
  };
}
