const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How long to wait before try number `failures` + 1: doubling, and anywhere in the upper half of that, so that
 * agents cut off together do not come back together.
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
