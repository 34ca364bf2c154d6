import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { patternMatcher, trackingRule } from './tracking-rule.ts';

const choice = fc.constantFrom('include' as const, 'exclude' as const, null);
const pattern = fc.constantFrom('**', 'w/**', 'w/P/*', '*/*/r', 'x/**', '*', 'w/P/r', 'r');
const patterns = fc.record({
  include: fc.array(pattern, { maxLength: 3 }),
  exclude: fc.array(pattern, { maxLength: 3 }),
});
const path = 'w/P/r';

test('the nearest tick decides, whatever stands above it and whatever the patterns say', () => {
  fc.assert(
    fc.property(choice, choice, choice, patterns, (own, project, workspace, given) => {
      const { tracked } = trackingRule(given)({ path, choices: [own, project, workspace] });
      const nearest = own ?? project ?? workspace;
      const byPatterns = trackingRule(given)({ path, choices: [null, null, null] }).tracked;
      expect(tracked).toBe(nearest === null ? byPatterns : nearest === 'include');
    }),
  );
});

test('one more excluding pattern never adds a repository, one more including pattern never removes one', () => {
  const decide = (given: { include: string[]; exclude: string[] }): boolean =>
    trackingRule(given)({ path, choices: [null, null, null] }).tracked;
  fc.assert(
    fc.property(patterns, pattern, (given, extra) => {
      const tracked = decide(given);
      expect(tracked || !decide({ ...given, exclude: [...given.exclude, extra] })).toBe(true);
      expect(!tracked || decide({ ...given, include: [...given.include, extra] })).toBe(true);
    }),
  );
});

test('agrees with picomatch wherever both have the same rules', () => {
  const part = fc.constantFrom('a', 'b', 'ab', 'a-b', 'aab', '.a');
  const patternPart = fc.constantFrom('a', 'b', '*', 'a*', '*b', '*a*', '?', 'a?b', '**');
  fc.assert(
    fc.property(
      fc.array(patternPart, { minLength: 2, maxLength: 4 }),
      fc.array(part, { minLength: 3, maxLength: 3 }),
      (patternParts, parts) => {
        const glob = patternParts.join('/');
        // There picomatch lets `**` stand for no segment at all, slash included.
        fc.pre(!glob.endsWith('**') && !glob.includes('**/**'));
        const oracle = picomatch(glob, { dot: true, nocase: true, noextglob: true, nonegate: true });
        expect(patternMatcher(glob)(parts.join('/'))).toBe(oracle(parts.join('/')));
      },
    ),
    { numRuns: 2000 },
  );
});
