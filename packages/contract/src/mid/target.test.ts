import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetOf } from './target.ts';

const origin = 'https://api.bitbucket.org';

describe('target', () => {
  it.each([
    ['/2.0/user', ''],
    ['/2.0/repositories/team/repo/refs/branches/feature%2Fone', ''],
    ['/2.0/repositories/team', 'pagelen=100&q=name%20~%20%22x%22'],
    ['/2.0/repositories/%7B0f4a%7D/', ''],
    ['/2.0/src/a...b/..c/c..', ''],
  ])('calls %s as it is written', (path, query) => {
    const target = targetOf(origin, path, query);
    expect('url' in target && target.url.href).toBe(`${origin}${path}${query === '' ? '' : `?${query}`}`);
  });

  it.each([
    '/2.0/..%2f..%2fadmin',
    '/2.0/..%2F',
    '/2.0/%2e%2e/x',
    '/2.0/%252e%252e%252fx',
    '/2.0/../x',
    '/2.0/./x',
    '/2.0/..\\x',
    '/2.0/..%5cx',
    '//evil.example/x',
    'https://evil.example/x',
    '@evil.example/x',
    '/a?b',
    '/a#b',
    '/a b',
    '/a%00',
    '/a%0d%0aHost:x',
    '/a%',
    '',
  ])('AG-11: refuses the path %s', (path) => {
    expect(targetOf(origin, path, '')).toHaveProperty('refused');
  });

  it.each([
    'https://user:pw@api.bitbucket.org',
    'https://api.bitbucket.org/',
    'https://api.bitbucket.org/2.0',
    'https://API.bitbucket.org',
    'ftp://api.bitbucket.org',
    'file:///etc/passwd',
    'api.bitbucket.org',
  ])('refuses the origin %s', (odd) => {
    expect(targetOf(odd, '/', '')).toHaveProperty('refused');
  });

  it('never leaves the origin, whatever the path and query', () => {
    const parts = fc.constantFrom(
      '..',
      '%2e',
      '%2f',
      '/',
      '\\',
      '@',
      ':',
      '//',
      'evil.example',
      '%25',
      '?',
      '#',
      'a',
    );
    const path = fc.array(parts, { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(path, fc.oneof(path, fc.string()), (any, query) => {
        const target = targetOf(origin, `/${any}`, query);
        if ('url' in target) {
          expect(target.url.origin).toBe(origin);
          expect(decodeURIComponent(target.url.pathname).split(/[/\\]/)).not.toContain('..');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
