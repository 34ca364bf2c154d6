import { expect, onTestFinished, test, vi } from 'vitest';
import { Rounds } from './rounds.ts';

function useRounds(run: () => Promise<number>) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const errors: unknown[] = [];
  const rounds = new Rounds({
    run,
    onError: (error) => errors.push(error),
    longestSleepMs: 30_000,
    shortestSleepMs: 250,
  });
  return { rounds, errors };
}

test('begins at once, sleeps until the next is due, and at most and at least for so long', async () => {
  const sleeps = [1000, Number.POSITIVE_INFINITY, -5];
  const run = vi.fn(async () => sleeps.shift() ?? 60_000);
  const { rounds } = useRounds(run);
  rounds.start();
  await vi.advanceTimersByTimeAsync(999);
  expect(run).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(run).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(run).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(250);
  expect(run).toHaveBeenCalledTimes(4);
  await rounds.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(run).toHaveBeenCalledTimes(4);
});

test('woken in the middle of a round, it runs another one after it, and never two at once', async () => {
  let running = 0;
  let most = 0;
  const run = vi.fn(async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 100));
    running--;
    return 30_000;
  });
  const { rounds } = useRounds(run);
  rounds.start();
  await vi.advanceTimersByTimeAsync(50);
  rounds.wake();
  rounds.wake();
  await vi.advanceTimersByTimeAsync(500);
  expect([run.mock.calls.length, most]).toEqual([2, 1]);
  const stopped = rounds.stop();
  await stopped;
  rounds.wake();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(run).toHaveBeenCalledTimes(2);
});

test('a round that fails is told and is tried again soon', async () => {
  const run = vi.fn(async () => 30_000).mockRejectedValueOnce(new Error('no database'));
  const { rounds, errors } = useRounds(run);
  rounds.start();
  await vi.advanceTimersByTimeAsync(5000);
  expect([run.mock.calls.length, errors.length]).toEqual([2, 1]);
  await rounds.stop();
});
