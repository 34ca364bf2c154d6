import { expect, test } from 'vitest';
import { ProviderBreaker } from './provider-breaker.ts';

const origin = 'https://provider.example';

function useBreaker() {
  let nowMs = 0;
  const breaker = new ProviderBreaker(() => new Date(nowMs));
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { breaker, advance };
}

test('RF-06: after three failures in a row nothing is sent, then one request finds out', () => {
  const { breaker, advance } = useBreaker();
  for (let failure = 0; failure < 3; failure++) {
    expect(breaker.pausedUntil(origin)).toBeUndefined();
    breaker.failed(origin);
  }
  expect(breaker.pausedUntil(origin)).toEqual(new Date(5000));
  expect(breaker.pausedUntil('https://another.example')).toBeUndefined();
  advance(5000);
  expect(breaker.pausedUntil(origin)).toBeUndefined();
  expect(breaker.pausedUntil(origin)).toEqual(new Date(6000));
  breaker.failed(origin);
  expect(breaker.pausedUntil(origin)).toEqual(new Date(15_000));
  advance(10_000);
  expect(breaker.pausedUntil(origin)).toBeUndefined();
  breaker.answered(origin);
  expect(breaker.isOpen(origin)).toBe(false);
  expect(breaker.pausedUntil(origin)).toBeUndefined();
});

test('RF-06: a pause that the provider asks for is kept at once, for all its credentials', () => {
  const { breaker } = useBreaker();
  breaker.failed(origin, 120_000);
  expect(breaker.pausedUntil(origin)).toEqual(new Date(120_000));
});

test('RF-06: a request that was not sent after all lets another one find out', () => {
  const { breaker, advance } = useBreaker();
  breaker.failed(origin, 1000);
  advance(5000);
  expect(breaker.pausedUntil(origin)).toBeUndefined();
  breaker.undecided(origin);
  expect(breaker.pausedUntil(origin)).toBeUndefined();
});
