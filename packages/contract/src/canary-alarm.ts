import { z } from 'zod';
import { actorRef, dateTime } from './field.ts';
import { canaryAlarmId, credentialId } from './id.ts';

/** Somebody used, or tried to use, a credential that nobody should know of. Open until somebody has acknowledged it. */
export const canaryAlarm = z.object({
  id: canaryAlarmId,
  credential: z.object({ id: credentialId, name: z.string() }),
  actor: actorRef,
  /** `handed_out`: asked for the token itself. `called`: a call to a tool. */
  kind: z.enum(['handed_out', 'called']),
  count: z.int().min(1),
  firstAt: dateTime,
  lastAt: dateTime,
  /** Of the first use. */
  requestId: z.string().nullable(),
  acknowledgedAt: dateTime.nullable(),
  acknowledgedBy: actorRef.nullable(),
});
export type CanaryAlarm = z.infer<typeof canaryAlarm>;
