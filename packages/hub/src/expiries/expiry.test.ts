import { describe, expect, test } from 'vitest';
import { dueLeadTime, leadTimes, type StoredExpiry } from './expiry.ts';

const DAY = 86_400_000;
const since = new Date('2026-01-01T00:00:00Z');
const at = (days: number) => new Date(since.getTime() + days * DAY);

const expiry = (more: Partial<StoredExpiry> = {}): StoredExpiry => ({
  kind: 'refresh_token',
  subject: { type: 'credential', id: 'cred_1', name: 'Platform' },
  endsAt: at(90),
  since,
  trouble: undefined,
  warnedLeadMs: undefined,
  ...more,
});

describe('warnings', () => {
  test('come 14, 3 and 1 days ahead, not before and not after', () => {
    const leads = [75, 76, 80, 87, 88.9, 89, 89.9, 90, 91].map((day) => dueLeadTime(expiry(), at(day)));
    const days = leads.map((ms) => (ms === undefined ? undefined : ms / DAY));
    expect(days).toEqual([undefined, 14, 14, 3, 3, 1, 1, undefined, undefined]);
  });

  test('are given once for each lead time, and the longer ones not any more after a shorter one', () => {
    expect(dueLeadTime(expiry({ warnedLeadMs: 14 * DAY }), at(80))).toBeUndefined();
    expect(dueLeadTime(expiry({ warnedLeadMs: 14 * DAY }), at(87))).toBe(3 * DAY);
    expect(dueLeadTime(expiry({ warnedLeadMs: DAY }), at(89.5))).toBeUndefined();
  });

  test('do not come as soon as something is made that lives short', () => {
    expect(leadTimes(28 * DAY).map((ms) => ms / DAY)).toEqual([14, 3, 1]);
    expect(leadTimes(7 * DAY).map((ms) => ms / DAY)).toEqual([3, 1]);
    expect(leadTimes(2 * DAY).map((ms) => ms / DAY)).toEqual([1]);
    expect(leadTimes(DAY / 24).map((ms) => ms / 60_000)).toEqual([15]);
  });
});
