import { describe, expect, it } from 'vitest';
import { returnPath } from './return-path.ts';

const origin = 'https://lockkeeper.example';

describe('OA-15: where sign-in returns to', () => {
  it.each([
    ['/credentials/cred_1?x=1#top', '/credentials/cred_1?x=1#top'],
    ['/', '/'],
  ])('keeps the path %s of this origin', (raw, expected) => {
    expect(returnPath(raw, origin)).toBe(expected);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\r\nset-cookie: x',
    'javascript:alert(1)',
    'https://evil.example/',
    'credentials',
    '/.//evil.example',
    '',
    undefined,
    ['/a'],
    `/${'a'.repeat(3000)}`,
  ])('turns %j into the start page', (raw) => {
    expect(returnPath(raw, origin)).toBe('/');
  });
});
