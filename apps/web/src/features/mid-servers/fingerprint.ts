export const GROUPS = 16;

/** How what somebody typed or pasted compares with the fingerprint received, group by group. */
export interface Comparison {
  groups: { text: string; state: 'open' | 'match' | 'differ' }[];
  matching: number;
  differing: number;
  complete: boolean;
}

/** Spaces, colons, dashes and case do not matter; what is not typed yet is open. */
export function compareFingerprint(received: string, typed: string): Comparison {
  const digits = typed.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  const groups = received
    .toLowerCase()
    .split(' ')
    .map((text, index) => {
      const part = digits.slice(index * 4, index * 4 + 4);
      if (part === text) return { text, state: 'match' as const };
      // A group that is only begun differs as soon as a digit does.
      return { text, state: part === '' || text.startsWith(part) ? ('open' as const) : ('differ' as const) };
    });
  const matching = groups.filter(({ state }) => state === 'match').length;
  const differing =
    groups.filter(({ state }) => state === 'differ').length + (digits.length > GROUPS * 4 ? 1 : 0);
  return { groups, matching, differing, complete: matching === GROUPS && differing === 0 };
}
