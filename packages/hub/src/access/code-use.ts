import { createHash } from 'node:crypto';
import type { Db } from '../db/database.ts';

/** Longer than any code is good for. */
const FORGET_AFTER_MS = 5 * 60_000;

/**
 * A code counts once, also within the half minute that it is shown: who looks over a shoulder comes too late. Claimed
 * before the code is judged, so that two requests at the same moment cannot both use it.
 * @returns whether nobody has used it before
 * @see RFC 6238 §5.2
 */
export async function claimCode(db: Db, userId: string, code: string, now: Date): Promise<boolean> {
  await db
    .deleteFrom('user_two_factor_codes')
    .where('user_id', '=', userId)
    .where('used_at', '<', new Date(now.getTime() - FORGET_AFTER_MS))
    .execute();
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('user_two_factor_codes')
    .values({ user_id: userId, code_hash: createHash('sha256').update(code).digest(), used_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}
