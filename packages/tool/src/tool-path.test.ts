import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertToolPath, pathSegment, relativeToBase, toolUrl } from './tool-path.ts';

const base = 'https://tool.example/2.0';

test.each([
  '/../admin',
  '/a/../../admin',
  '/a/%2e%2e/b',
  '/a/%2E./b',
  '/a/..%2fb',
  '/a/%252e%252e%252fb',
  '/a%5cb',
  '/a\\b',
  '//evil.example/a',
  'a/b',
  '/a?b',
  '/a#b',
  '/a\r\nHost: evil',
  '/a%0d%0ab',
  '/a%zz',
])('AG-11: refuses the path %j', (path) => {
  expect(() => assertToolPath(path)).toThrow(/path/);
});

test.each(['/user', '/repositories/%7B3deb8c29%7D', '/a/b.c/...', '/refs/branches/feature%20x', '/100%25'])(
  'accepts the path %j',
  (path) => {
    expect(() => assertToolPath(path)).not.toThrow();
  },
);

test('AG-11: whatever path is accepted, the URL stays on the origin and under the base path', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('/', '.', '..', '%2e', '%2f', '%5c', '%25', '@', ':', 'a', '%', ';', '{'), {
        maxLength: 12,
      }),
      (parts) => {
        const path = `/${parts.join('')}`;
        let url: URL;
        try {
          url = toolUrl(base, path, 'q=1');
        } catch {
          return;
        }
        expect(url.origin).toBe('https://tool.example');
        expect(url.pathname.startsWith('/2.0/')).toBe(true);
      },
    ),
  );
});

test('puts a uuid with braces into one segment', () => {
  expect(pathSegment('{a/b}')).toBe('%7Ba%2Fb%7D');
  expect(() => pathSegment('..')).toThrow();
});

test('takes a next link apart without changing its query', () => {
  expect(relativeToBase('https://tool.example/2.0/x/y?ctx=a%2Bb%3D&page=2', base)).toEqual({
    path: '/x/y',
    query: 'ctx=a%2Bb%3D&page=2',
  });
});

test.each([
  'https://evil.example/2.0/x',
  'http://tool.example/2.0/x',
  'https://tool.example:8443/2.0/x',
  'https://user@tool.example/2.0/x',
  'https://tool.example/2.0evil/x',
  'https://tool.example/1.0/x',
  'https://tool.example/2.0/../1.0/x',
  '//evil.example/2.0/x',
  'javascript:alert(1)',
  'https://',
])('does not follow the link %j', (link) => {
  expect(() => relativeToBase(link, base)).toThrow(expect.objectContaining({ kind: 'malformed' }));
});
