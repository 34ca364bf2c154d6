import { expect, test } from 'vitest';
import { compareFingerprint } from './fingerprint.ts';

const received = Array.from({ length: 16 }, (_, index) => (0xa000 + index).toString(16)).join(' ');

test('the whole fingerprint matches, with or without spaces, in either case', () => {
  expect(compareFingerprint(received, received).complete).toBe(true);
  expect(compareFingerprint(received, received.replaceAll(' ', ':').toUpperCase()).complete).toBe(true);
});

test('counts the groups that match so far', () => {
  const { matching, differing, complete } = compareFingerprint(received, 'a000 a001 a0');
  expect({ matching, differing, complete }).toEqual({ matching: 2, differing: 0, complete: false });
});

test('a wrong digit shows as soon as it is typed', () => {
  expect(compareFingerprint(received, 'a000 b').groups[1]?.state).toBe('differ');
});

test('digits beyond the end are not a match', () => {
  expect(compareFingerprint(received, `${received} a`).complete).toBe(false);
});
