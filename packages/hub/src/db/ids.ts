import { randomFillSync } from 'node:crypto';
import { type IdNoun, idPrefixes, type idSchema } from '@lockkeeper/contract';
import type { z } from 'zod';

export type IdOf<N extends IdNoun> = z.infer<ReturnType<typeof idSchema<N>>>;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
/** How many of the random digits the step from one id to the next of the same millisecond spans: 50 bits. */
const STEP_DIGITS = 10;

/**
 * Makes ids such as `cred_01K…`: 48 bits of time in ms, then 80 random bits (as a ULID), so that ids sort by age;
 * within one process also those of the same millisecond, and those made after the clock went back.
 */
export function createIds(nowMs: () => number = Date.now): <N extends IdNoun>(noun: N) => IdOf<N> {
  const random = createRandomDigits();
  const digits = new Uint8Array(RANDOM_DIGITS);
  let lastMs = Number.NEGATIVE_INFINITY;
  let time = '';
  const startAt = (ms: number) => {
    lastMs = ms;
    time = textOfTime(ms);
  };
  return <N extends IdNoun>(noun: N) => {
    const ms = nowMs();
    if (ms > lastMs) {
      startAt(ms);
      for (let place = 0; place < RANDOM_DIGITS; place++) digits[place] = random();
    } else if (stepOn(digits, random)) {
      startAt(lastMs + 1);
    }
    let text = `${idPrefixes[noun]}_${time}`;
    for (const digit of digits) text += crockford[digit];
    // Branding what was made here, to the schema's own pattern; everywhere else ids are parsed.
    return text as IdOf<N>;
  };
}

export const newId = createIds();

/** Counting on by a random amount keeps the next id as unguessable as the step is wide. @returns whether it ran over */
function stepOn(digits: Uint8Array, random: () => number): boolean {
  let carry = 1;
  for (let place = RANDOM_DIGITS - 1; place >= 0; place--) {
    const sum = (digits[place] ?? 0) + carry + (place >= RANDOM_DIGITS - STEP_DIGITS ? random() : 0);
    digits[place] = sum & 31;
    carry = sum >> 5;
  }
  return carry > 0;
}

/** Five random bits at a time; the system is asked once for many ids, of which each request has one. */
function createRandomDigits(): () => number {
  const pool = new Uint8Array(256 * RANDOM_DIGITS);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return (pool[used++] ?? 0) & 31;
  };
}

function textOfTime(ms: number): string {
  let text = '';
  let rest = ms;
  for (let place = 0; place < TIME_DIGITS; place++) {
    text = `${crockford[rest % 32]}${text}`;
    rest = Math.floor(rest / 32);
  }
  return text;
}
