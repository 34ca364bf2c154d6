import { describe, expect, test } from 'vitest';
import { judgeAnswer } from './judge-answer.ts';
import { nextAttempt, RETRY_DELAYS_MS, retryAfterMsOf } from './retry-schedule.ts';

const now = new Date('2030-01-01T00:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const waitMs = (attempts: number, random: number, retryAfterMs?: number) =>
  (nextAttempt(attempts, now, random, retryAfterMs)?.getTime() ?? Number.NaN) - now.getTime();

describe('the schedule of retries', () => {
  test('has the waits that Standard Webhooks recommends, spread by up to a fifth, and an end', () => {
    expect(RETRY_DELAYS_MS.map((ms) => ms / 1000)).toEqual([
      5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
    expect([waitMs(1, 0), waitMs(1, 1)]).toEqual([5000, 6000]);
    expect(nextAttempt(10, now, 0, undefined)).toBeUndefined();
  });

  test('waits longer where it is asked to, at most a day, and never shorter', () => {
    expect(waitMs(1, 0, 60_000)).toBe(60_000);
    expect(waitMs(1, 0, 3650 * DAY_MS)).toBe(DAY_MS);
    expect(waitMs(2, 0, 1000)).toBe(300_000);
  });

  test.each([
    ['120', 120_000],
    ['Tue, 01 Jan 2030 00:00:30 GMT', 30_000],
    ['Mon, 31 Dec 2029 00:00:00 GMT', 0],
    ['-5', 0],
    ['soon', undefined],
  ])('reads Retry-After: %s', (header, expected) => {
    expect(retryAfterMsOf(header, now)).toBe(expected);
  });
});

test('an answer is delivered, tried again, given up or the end of the subscription', () => {
  const judge = (status: number | null, attempts = 1) =>
    judgeAnswer({ status, error: status === 204 ? null : 'x', retryAfterMs: undefined }, attempts, now, 0)
      .kind;
  expect([judge(204), judge(500), judge(404), judge(null), judge(410)]).toEqual([
    'delivered',
    'retry',
    'retry',
    'retry',
    'gone',
  ]);
  expect(judge(500, 10)).toBe('failed');
});
