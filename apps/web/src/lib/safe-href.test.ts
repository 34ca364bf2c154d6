import { describe, expect, it } from 'vitest';
import { safeHref } from './safe-href.ts';

describe('WB-04: addresses from records', () => {
  it('become links when they are http or https', () => {
    expect(safeHref('https://bitbucket.org/a/b')).toBe('https://bitbucket.org/a/b');
    expect(safeHref('http://localhost:8080/')).toBe('http://localhost:8080/');
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '//evil',
    '/a',
    '',
    null,
  ])('%j never becomes a link', (url) => {
    expect(safeHref(url)).toBeUndefined();
  });
});
