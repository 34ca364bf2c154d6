import { expect, it } from 'vitest';
import { isAddressRange, isInAnyRange } from './address-range.ts';

it.each(['10.0.0.0/8', '10.1.2.3', '::1', '2001:db8::/32', '0.0.0.0/0'])('%s is a range', (text) => {
  expect(isAddressRange(text)).toBe(true);
});

it.each([
  '',
  '10.0.0.0/33',
  '127.1',
  '0x7f.1',
  '10.0.0.0/8/8',
  '10.0.0.0/-1',
  'example.com',
  '10.0.0.0/',
  '/8',
])('%j is none', (text) => {
  expect(isAddressRange(text)).toBe(false);
});

it('tells addresses inside a range from those outside, in both families', () => {
  expect(isInAnyRange('10.1.2.3', ['192.168.0.0/16', '10.0.0.0/8'])).toBe(true);
  expect(isInAnyRange('11.1.2.3', ['192.168.0.0/16', '10.0.0.0/8'])).toBe(false);
  expect(isInAnyRange('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
  expect(isInAnyRange('2001:db8::5', ['2001:db8::/32'])).toBe(true);
  expect(isInAnyRange('10.1.2.3', ['::/0'])).toBe(false);
  expect(isInAnyRange('10.1.2.3', ['10.1.2.3'])).toBe(true);
  expect(isInAnyRange('10.1.2.4', ['10.1.2.3'])).toBe(false);
  expect(isInAnyRange('nonsense', ['0.0.0.0/0'])).toBe(false);
});
