import { describe, expect, it } from 'vitest';
import { absoluteUtc, relativeTime, shortTime } from './time.ts';

const now = new Date('2026-11-23T13:42:07Z');
const at = (text: string) => new Date(text);

describe('times for people', () => {
  it.each([
    ['2026-11-23T13:42:05Z', 'just now'],
    ['2026-11-23T13:41:37Z', '30 s ago'],
    ['2026-11-23T13:00:07Z', '42 min ago'],
    ['2026-11-23T15:00:12Z', 'in 1 h 18 min'],
    ['2026-11-23T15:42:07Z', 'in 2 h'],
    ['2026-11-21T13:00:00Z', '2 d ago'],
    ['2026-09-12T13:00:00Z', '12 Sep'],
    ['2025-09-12T13:00:00Z', '12 Sep 2025'],
  ])('%s is %s', (time, words) => {
    expect(relativeTime(at(time), now)).toBe(words);
  });

  it('writes the absolute time as the token sentence does, in UTC', () => {
    expect(absoluteUtc(at('2026-11-23T16:00:12+01:00'))).toBe('2026-11-23 15:00:12');
  });

  it('shortens by how far the day is', () => {
    expect(shortTime(at('2026-11-23T13:00:00Z'), now)).toBe('13:00');
    expect(shortTime(at('2026-11-22T07:04:00Z'), now)).toBe('Sun 07:04');
    expect(shortTime(at('2026-11-04T07:04:00Z'), now)).toBe('4 Nov');
  });
});
