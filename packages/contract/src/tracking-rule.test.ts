import { describe, expect, test } from 'vitest';
import { patternMatcher, trackingPath, trackingRule } from './tracking-rule.ts';

const patterns = {
  include: ['harbourline/**', 'tidewater/API/*'],
  exclude: ['*-archive-*', 'harbourline/SBX/*'],
};
const decide = trackingRule(patterns);

describe('the tracking rule', () => {
  test.each([
    ['harbourline/PAY/ledger-api', true, 'Included by harbourline/**'],
    ['harbourline/CORE/infra-archive-2019', false, 'Excluded by *-archive-*'],
    ['harbourline/SBX/try', false, 'Excluded by harbourline/SBX/*'],
    ['tidewater/API/gateway', true, 'Included by tidewater/API/*'],
    ['tidewater/WEB/gateway', false, 'Not chosen'],
  ])('%s without a tick: %s, %s', (path, tracked, reason) => {
    expect(decide({ path, choices: [null, null, null] })).toEqual({ tracked, reason });
  });

  test('lets the nearest tick box win over patterns and over boxes further up', () => {
    const path = 'harbourline/SBX/try';
    expect(decide({ path, choices: ['include', 'exclude', null] })).toEqual({
      tracked: true,
      reason: 'Ticked',
    });
    expect(decide({ path, choices: [null, 'exclude', 'include'] }).reason).toBe('Unticked above');
    expect(decide({ path, choices: [null, null, 'include'] }).tracked).toBe(true);
  });
});

describe('a pattern', () => {
  test.each([
    ['**', 'a/B/c', true],
    ['a/**', 'a/B/c', true],
    ['a/*', 'a/B/c', false],
    ['**/c', 'a/B/c', true],
    ['A/b/C', 'a/B/c', true],
    ['c?', 'a/B/cd', true],
    ['c?', 'a/B/c', false],
    ['a.b', 'x/Y/aXb', false],
    ['a/B/[c]', 'a/B/c', false],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(patternMatcher(pattern)(path)).toBe(expected);
  });

  test('answers quickly whatever is typed', () => {
    const started = performance.now();
    patternMatcher(`${'**/'.repeat(12)}x`)(trackingPath('a'.repeat(60), 'P', 'b'.repeat(60)));
    patternMatcher(`${'*a'.repeat(40)}b`)(`w/P/${'a'.repeat(120)}`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
