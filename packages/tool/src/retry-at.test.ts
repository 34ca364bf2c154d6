import { expect, test } from 'vitest';
import { retryAt } from './retry-at.ts';

const now = new Date('2026-11-23T12:00:00Z');

test.each([
  ['Retry-After in seconds', { 'retry-after': '90' }, '2026-11-23T12:01:30Z'],
  ['Retry-After as a date', { 'retry-after': 'Mon, 23 Nov 2026 12:10:00 GMT' }, '2026-11-23T12:10:00Z'],
  ['X-RateLimit-Reset as seconds that remain', { 'x-ratelimit-reset': '300' }, '2026-11-23T12:05:00Z'],
  [
    'Retry-After before X-RateLimit-Reset',
    { 'retry-after': '5', 'x-ratelimit-reset': '300' },
    '2026-11-23T12:00:05Z',
  ],
  ['a minute when nothing is said', {}, '2026-11-23T12:01:00Z'],
  ['a minute when nonsense is said', { 'retry-after': 'soon' }, '2026-11-23T12:01:00Z'],
  ['a second at least', { 'retry-after': '-5' }, '2026-11-23T12:00:01Z'],
  ['a day at most', { 'retry-after': '315360000' }, '2026-11-24T12:00:00Z'],
])('waits by %s', (_name, headers, expected) => {
  expect(retryAt(new Headers(headers), now)).toEqual(new Date(expected));
});
