import { setUpFirstAdmin, TestClock, testPassword, useTestHub } from '@lockkeeper/testing';
import { expect, it } from 'vitest';
import { SignInLimit } from '../src/access/sign-in-limit.ts';

const credentials = { email: 'ada@example.com', password: testPassword };
const wrong = { ...credentials, password: 'canary-wrong-password' };
const from = (address: string) => ({ 'x-forwarded-for': address });

it('WB-05: whoever is attacked from elsewhere still signs in', async () => {
  const testHub = await useTestHub({ trustedProxies: ['127.0.0.1'] });
  await setUpFirstAdmin(testHub);
  const attempt = (body: typeof credentials, address: string) =>
    testHub.browser().post('/api/v1/session', body, from(address));
  for (let guess = 0; guess < 6; guess++) await attempt(wrong, '203.0.113.9');
  expect((await attempt(credentials, '203.0.113.9')).status).toBe(429);
  expect((await attempt(credentials, '198.51.100.7')).status).toBe(201);
});

it('WB-05: a spoofed X-Forwarded-For makes nobody somebody else', async () => {
  const direct = await useTestHub();
  await setUpFirstAdmin(direct);
  const proxied = await useTestHub({ trustedProxies: ['127.0.0.1'] });
  await setUpFirstAdmin(proxied);
  for (const [testHub, real] of [
    [direct, ''],
    [proxied, ', 203.0.113.9'],
  ] as const) {
    const statuses: number[] = [];
    for (let guess = 0; guess < 6; guess++) {
      const spoofed = from(`10.0.0.${guess}${real}`);
      statuses.push((await testHub.browser().post('/api/v1/session', wrong, spoofed)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  }
});

it('WB-05: stuffing many accounts from one address ends, and one network of IPv6 is one address', () => {
  const limit = new SignInLimit(new TestClock().now);
  const refusedAfter = (address: (attempt: number) => string) => {
    for (let attempt = 0; attempt < 500; attempt++) {
      try {
        limit.begin(`person-${attempt}@example.com`, address(attempt));
      } catch {
        return attempt;
      }
    }
    return undefined;
  };
  expect(refusedAfter(() => '203.0.113.9')).toBe(100);
  expect(refusedAfter((attempt) => `2001:db8:1:2::${attempt.toString(16)}`)).toBe(100);
  expect(refusedAfter((attempt) => `2001:db8:${attempt.toString(16)}::1`)).toBeUndefined();
  // The same machine, as the operating system tells it on a socket for both families.
  expect(refusedAfter(() => '::ffff:203.0.113.9')).toBe(0);
});
