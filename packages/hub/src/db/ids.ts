import { randomFillSync } from 'node:crypto';
import { type IdNoun, idPrefixes, type idSchema } from '@lockkeeper/contract';
import type { z } from 'zod';

export type IdOf<N extends IdNoun> = z.infer<ReturnType<typeof idSchema<N>>>;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BYTES = 10;
const randomBits = BigInt(8 * RANDOM_BYTES);

/**
 * Makes ids such as `cred_01K…`: 48 bits of time in ms, then 80 random bits (as a ULID), so that ids sort by age;
 * within one process also those of the same millisecond, and those made after the clock went back.
 */
export function createIds(nowMs: () => number = Date.now): <N extends IdNoun>(noun: N) => IdOf<N> {
  let last = 0n;
  // Asking the system once for many ids: each request has one.
  const pool = Buffer.alloc(400 * RANDOM_BYTES);
  let used = pool.length;
  return <N extends IdNoun>(noun: N) => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const random = BigInt(`0x${pool.toString('hex', used, used + RANDOM_BYTES)}`);
    used += RANDOM_BYTES;
    const fresh = (BigInt(nowMs()) << randomBits) | random;
    // Counting on by a random amount keeps the next id as unguessable as the step is wide.
    last = fresh >> randomBits > last >> randomBits ? fresh : last + 1n + (random & 0xffff_ffff_ffffn);
    // Branding what was made here, to the schema's own pattern; everywhere else ids are parsed.
    return `${idPrefixes[noun]}_${encode(last)}` as IdOf<N>;
  };
}

export const newId = createIds();

function encode(value: bigint): string {
  let text = '';
  let rest = value;
  for (let length = 0; length < 26; length++) {
    text = crockford[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}
