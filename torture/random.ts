/** A stream of numbers that a seed fixes. */
export interface Random {
  /** From 0 to 1. */
  next(): number;
  between(from: number, to: number): number;
  /** Exponential with this mean, within bounds: how long until something that comes at any time. */
  wait(meanMs: number, longestMs: number): number;
  oneOf<T>(items: readonly T[]): T;
  /** By weight. */
  pick<K extends string>(weights: Readonly<Record<K, number>>): K;
  /** Another stream, so that what draws from one does not shift what another gives. */
  fork(name: string): Random;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    wait: (meanMs, longestMs) => Math.min(longestMs, -meanMs * Math.log(1 - next())),
    oneOf(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('nothing to choose from');
      return item;
    },
    pick<K extends string>(weights: Readonly<Record<K, number>>): K {
      const entries = Object.entries<number>(weights);
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        rest -= weight;
        if (rest < 0 && isKeyOf(weights, key)) return key;
      }
      throw new RangeError('nothing to choose from');
    },
    fork: (name) =>
      createRandom([...name].reduce((hash, char) => Math.imul(hash, 31) + char.charCodeAt(0), seed)),
  };
}

function isKeyOf<T extends object>(object: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(object, key);
}
