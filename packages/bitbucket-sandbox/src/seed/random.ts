import { createHash } from 'node:crypto';

/** Reproducible randomness: the same name always gives the same values, whatever else was drawn before. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  hex(length: number): string;
  /** A UUID of version 4 in Bitbucket's braces. */
  uuid(): string;
}

/** mulberry32, started from a hash of the name: fast, and good enough for sample data (never for secrets). */
export function createRandom(name: string): Random {
  let state = createHash('sha256').update(name).digest().readUInt32LE(0);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const hex = (length: number): string => {
    let text = '';
    while (text.length < length) text += below(0x1_0000_0000).toString(16).padStart(8, '0');
    return text.slice(0, length);
  };
  return {
    next,
    below,
    pick: (list) => list[below(list.length)] ?? list[0],
    hex,
    uuid: () => {
      const h = hex(32);
      const variant = '89ab'.charAt(below(4));
      return `{${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}}`;
    },
  };
}
