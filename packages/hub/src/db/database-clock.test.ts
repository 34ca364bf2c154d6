import { beforeEach, describe, expect, test } from 'vitest';
import { DatabaseClock } from './database-clock.ts';

const HOUR = 3_600_000;

/** Three clocks that move together unless one is set, and a database that answers after a round trip. */
let time: { trueMs: number; wallOffMs: number; databaseOffMs: number; sleptMs: number };
let trip: { thereMs: number; backMs: number };
let told: number[];
let clock: DatabaseClock;

beforeEach(() => {
  time = { trueMs: 1_900_000_000_000, wallOffMs: 0, databaseOffMs: 0, sleptMs: 0 };
  trip = { thereMs: 0, backMs: 0 };
  told = [];
  clock = new DatabaseClock({
    ask: async () => {
      time.trueMs += trip.thereMs;
      const answer = new Date(databaseMs());
      time.trueMs += trip.backMs;
      return answer;
    },
    onSkew: (skewMs) => told.push(Math.round(skewMs)),
    wallMs: () => time.trueMs + time.wallOffMs,
    monotonicMs: () => time.trueMs - time.sleptMs - 1_899_999_000_000,
  });
});

const databaseMs = () => time.trueMs + time.databaseOffMs;
const errorMs = () => Math.abs(clock.now().getTime() - databaseMs());

test.each([
  ['an hour ahead', HOUR],
  ['an hour behind', -HOUR],
])(
  'RF-07: where the machine is %s, it is the database that counts, and it is told once',
  async (_name, off) => {
    time.wallOffMs = off;
    await clock.synchronise();
    expect(errorMs()).toBe(0);
    expect(clock.skewMs()).toBe(off);
    time.trueMs += 10_000;
    await clock.synchronise();
    expect(errorMs()).toBe(0);
    expect(told).toEqual([off]);
    time.wallOffMs = 0;
    await clock.synchronise();
    expect(told).toEqual([off, 0]);
  },
);

test('RL-04: a machine whose clock is set meanwhile goes on undisturbed, and is in doubt until it has asked', async () => {
  await clock.synchronise();
  expect(clock.isInDoubt()).toBe(false);
  time.wallOffMs = -HOUR;
  time.trueMs += 5_000;
  expect(errorMs()).toBe(0);
  expect(clock.isInDoubt()).toBe(true);
  await clock.synchronise();
  expect(clock.isInDoubt()).toBe(false);
});

test('RL-04: after a machine has slept, when its monotonic clock stood still, it is in doubt and asks', async () => {
  await clock.synchronise();
  time.trueMs += HOUR;
  time.sleptMs = HOUR;
  expect(errorMs()).toBe(HOUR);
  expect(clock.isInDoubt()).toBe(true);
  await clock.synchronise();
  expect(errorMs()).toBe(0);
});

test('RL-04: follows a database whose clock is set', async () => {
  await clock.synchronise();
  time.databaseOffMs = HOUR;
  await clock.synchronise();
  expect(errorMs()).toBe(0);
});

describe('its error', () => {
  test('is at most half a round trip, however that is shared between the ways', async () => {
    trip = { thereMs: 400, backMs: 0 };
    await clock.synchronise();
    expect(errorMs()).toBeLessThanOrEqual(200);
    trip = { thereMs: 3, backMs: 7 };
    await clock.synchronise();
    expect(errorMs()).toBeLessThanOrEqual(5);
  });

  test('does not grow by an answer that takes longer than those before', async () => {
    trip = { thereMs: 1, backMs: 1 };
    await clock.synchronise();
    trip = { thereMs: 0, backMs: 4_000 };
    await clock.synchronise();
    expect(errorMs()).toBeLessThanOrEqual(1);
  });
});

test('asks once, however many want to know at the same time, and again after a failure', async () => {
  let asked = 0;
  const failing = new DatabaseClock({
    ask: async () => {
      asked++;
      throw new Error('away');
    },
  });
  const results = await Promise.allSettled([failing.synchronise(), failing.synchronise()]);
  expect([asked, ...results.map(({ status }) => status)]).toEqual([1, 'rejected', 'rejected']);
  await expect(failing.synchronise()).rejects.toThrow('away');
  expect(asked).toBe(2);
});
