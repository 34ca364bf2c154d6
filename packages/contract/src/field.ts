import { z } from 'zod';

/** ISO 8601, UTC. */
export const dateTime = z.iso.datetime();

/** A record's name: shown everywhere, unique within its kind, compared without regard to case. */
export const name = z.string().trim().min(1, 'must not be empty').max(120, 'must be at most 120 characters');

export const url = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(2048, 'must be at most 2,048 characters');

/** Who created or last changed a record, as far as readers may know. */
export const actorRef = z.object({
  kind: z.enum(['user', 'api_key', 'mid_server', 'system']),
  id: z.string().nullable(),
  name: z.string(),
});
export type ActorRef = z.infer<typeof actorRef>;

/** What every stored record tells of itself. `version` rises with every change; send it back to detect a lost update. */
export const recordFacts = {
  createdAt: dateTime,
  createdBy: actorRef,
  updatedAt: dateTime,
  version: z.int().min(1),
};
