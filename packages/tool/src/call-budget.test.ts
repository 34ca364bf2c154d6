import { expect, test } from 'vitest';
import { CallBudget } from './call-budget.ts';
import type { ToolCall, ToolResponse } from './tool-call.ts';

async function* nothing(): AsyncGenerator<Uint8Array> {}

function answer(status: number, headers: Record<string, string> = {}): ToolResponse {
  return { status, headers: new Headers(headers), body: nothing() };
}

const request = { method: 'GET', path: '/user' } as const;
const { signal } = new AbortController();

function budgetAt(start: string) {
  const clock = { now: new Date(start) };
  return { clock, budget: new CallBudget({ now: () => clock.now }) };
}

test('counts every call that left, refused ones too', async () => {
  const { budget } = budgetAt('2026-11-23T12:00:00Z');
  const statuses = [200, 404, 429];
  const call = budget.around(async () => answer(statuses.shift() ?? 500));
  await call(request, signal);
  await call(request, signal);
  await expect(call(request, signal)).rejects.toMatchObject({ kind: 'throttled' });
  expect(budget.state.calls).toBe(3);
});

test('lets nothing leave before the moment the tool named, and everything after it', async () => {
  const { clock, budget } = budgetAt('2026-11-23T12:00:00Z');
  let left = 0;
  const upstream: ToolCall = async () => {
    left += 1;
    return left === 1 ? answer(429, { 'retry-after': '30' }) : answer(200);
  };
  const call = budget.around(upstream);
  const retryAt = new Date('2026-11-23T12:00:30Z');
  await expect(call(request, signal)).rejects.toMatchObject({ kind: 'throttled', retryAt });
  clock.now = new Date('2026-11-23T12:00:29Z');
  await expect(call(request, signal)).rejects.toMatchObject({ kind: 'throttled', retryAt });
  expect(left).toBe(1);
  clock.now = retryAt;
  expect((await call(request, signal)).status).toBe(200);
  expect(budget.state).toEqual({ calls: 2, throttledUntil: undefined });
});
