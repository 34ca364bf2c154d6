import { Secret } from '@lockkeeper/vault';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

test('canonical JSON says what JSON says, whatever the order of the members', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

test.each([
  [{ b: 1, a: [{ d: 2, c: 3 }] }, '{"a":[{"c":3,"d":2}],"b":1}'],
  [{ b: undefined, a: [undefined] }, '{"a":[null]}'],
  [{ at: new Date('2030-01-01T00:00:00.5Z') }, '{"at":"2030-01-01T00:00:00.500Z"}'],
  [{ clientSecret: new Secret('canary') }, '{"clientSecret":"[secret]"}'],
  [{ 'ключ "': 'a\u0000b' }, '{"ключ \\"":"a\\u0000b"}'],
])('canonical JSON of %o is %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, reversed(member)] as const);
  return Object.fromEntries(members.reverse());
}
